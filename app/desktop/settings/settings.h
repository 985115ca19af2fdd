// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QJsonArray>
#include <QObject>
#include <QSettings>
#include <QStringList>

namespace lathe::desktop {

/// A model that was opened before.
struct RecentModel {
    QString path;
    QString name;
    quint64 bytes = 0;
    QDateTime opened;
};

/// What the user has chosen, in lathe.ini in the configuration folder (under QStandardPaths' test mode in
/// tests). Nothing is sent anywhere: there is no telemetry and so no setting for it. Each setter writes and
/// announces.
class Settings : public QObject
{
    Q_OBJECT
public:
    explicit Settings(QObject *parent = nullptr);

    QString theme() const;        ///< "system", "light", "dark"
    int zoom() const;             ///< percent
    QString language() const;     ///< "system", "en", "de"
    QString modelsFolder() const; ///< empty: the engine's own folder
    QString device() const;       ///< "auto", "vulkan:0", "cpu", "reference"
    int threads() const;          ///< 0: as many as there are cores
    QString kv() const;           ///< "F32", "F16"
    int context() const;          ///< tokens, 0: the default (2,048 or the model's)
    bool askOpen() const;         ///< ask before every model, even if it fits
    bool announce() const;        ///< read streaming text out, sentence by sentence
    QString shortcut(const QString &command, const QString &standard) const;
    QJsonArray samplingPresets() const; ///< the user's own, each with its name and numbers
    QList<RecentModel> recent() const;  ///< newest first, at most kRecentLimit

    void setTheme(const QString &theme);
    void setZoom(int percent);
    void setLanguage(const QString &language);
    void setModelsFolder(const QString &folder);
    void setDevice(const QString &device);
    void setThreads(int threads);
    void setKv(const QString &kv);
    void setContext(int tokens);
    void setAskOpen(bool ask);
    void setAnnounce(bool announce);
    void setShortcut(const QString &command, const QString &keys);
    void setSamplingPresets(const QJsonArray &presets);
    void addRecent(const RecentModel &model);
    void removeRecent(const QString &path);

    /// A window's or a part's layout (saveGeometry, saveState).
    QByteArray layout(const QString &part) const;
    void setLayout(const QString &part, const QByteArray &state);

    /// Everything but the recent list, the sampling presets and the layout back to the standard.
    void reset();

    static constexpr int kRecentLimit = 12;

signals:
    void themeChanged();
    void zoomChanged();
    void languageChanged();
    void modelsFolderChanged();
    void deviceChanged();
    void threadsChanged();
    void openingChanged(); ///< kv, context or askOpen
    void announceChanged();
    void shortcutsChanged();
    void samplingPresetsChanged();
    void recentChanged();

private:
    /// Writes and returns true if the value is another one than before.
    bool store(const QString &key, const QVariant &value);

    QSettings m_store;
};

} // namespace lathe::desktop
