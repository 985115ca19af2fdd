// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/settings.h"

#include <QJsonDocument>
#include <QStandardPaths>

namespace lathe::desktop {

static QString storePath()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + QStringLiteral("/lathe.ini");
}

Settings::Settings(QObject *parent) : QObject(parent), m_store(storePath(), QSettings::IniFormat) {}

bool Settings::store(const QString &key, const QVariant &value)
{
    if (m_store.value(key) == value)
        return false;
    m_store.setValue(key, value);
    return true;
}

QString Settings::theme() const
{
    return m_store.value("look/theme", "system").toString();
}
int Settings::zoom() const
{
    return m_store.value("look/zoom", 100).toInt();
}
QString Settings::language() const
{
    return m_store.value("look/language", "system").toString();
}
QString Settings::modelsFolder() const
{
    return m_store.value("folders/models").toString();
}
QString Settings::device() const
{
    return m_store.value("engine/device", "auto").toString();
}
int Settings::threads() const
{
    return m_store.value("engine/threads", 0).toInt();
}
QString Settings::kv() const
{
    return m_store.value("open/kv", "F32").toString();
}
int Settings::context() const
{
    return m_store.value("open/context", 0).toInt();
}
bool Settings::askOpen() const
{
    return m_store.value("open/ask", false).toBool();
}
bool Settings::announce() const
{
    return m_store.value("access/announce", true).toBool();
}

QString Settings::shortcut(const QString &command, const QString &standard) const
{
    return m_store.value("keys/" + command, standard).toString();
}

void Settings::setTheme(const QString &theme)
{
    if (store("look/theme", theme))
        emit themeChanged();
}

void Settings::setZoom(int percent)
{
    if (store("look/zoom", percent))
        emit zoomChanged();
}

void Settings::setLanguage(const QString &language)
{
    if (store("look/language", language))
        emit languageChanged();
}

void Settings::setModelsFolder(const QString &folder)
{
    if (store("folders/models", folder))
        emit modelsFolderChanged();
}

void Settings::setDevice(const QString &device)
{
    if (store("engine/device", device))
        emit deviceChanged();
}

void Settings::setThreads(int threads)
{
    if (store("engine/threads", threads))
        emit threadsChanged();
}

void Settings::setKv(const QString &kv)
{
    if (store("open/kv", kv))
        emit openingChanged();
}

void Settings::setContext(int tokens)
{
    if (store("open/context", tokens))
        emit openingChanged();
}

void Settings::setAskOpen(bool ask)
{
    if (store("open/ask", ask))
        emit openingChanged();
}

void Settings::setAnnounce(bool announce)
{
    if (store("access/announce", announce))
        emit announceChanged();
}

void Settings::setShortcut(const QString &command, const QString &keys)
{
    if (store("keys/" + command, keys))
        emit shortcutsChanged();
}

QList<RecentModel> Settings::recent() const
{
    QList<RecentModel> models;
    for (const QVariant &item : m_store.value("recent").toList()) {
        const QVariantMap map = item.toMap();
        models.append({map["path"].toString(), map["name"].toString(), map["bytes"].toULongLong(),
                       map["opened"].toDateTime()});
    }
    return models;
}

static QVariantList toVariant(const QList<RecentModel> &models)
{
    QVariantList list;
    for (const RecentModel &model : models)
        list.append(QVariantMap{
            {"path", model.path}, {"name", model.name}, {"bytes", model.bytes}, {"opened", model.opened}});
    return list;
}

QJsonArray Settings::samplingPresets() const
{
    return QJsonDocument::fromJson(m_store.value("sampling/presets").toByteArray()).array();
}

void Settings::setSamplingPresets(const QJsonArray &presets)
{
    if (store("sampling/presets", QJsonDocument(presets).toJson(QJsonDocument::Compact)))
        emit samplingPresetsChanged();
}

void Settings::addRecent(const RecentModel &model)
{
    QList<RecentModel> models = recent();
    models.removeIf([&](const RecentModel &other) { return other.path == model.path; });
    models.prepend(model);
    models.resize(std::min<qsizetype>(models.size(), kRecentLimit));
    m_store.setValue("recent", toVariant(models));
    emit recentChanged();
}

void Settings::removeRecent(const QString &path)
{
    QList<RecentModel> models = recent();
    if (models.removeIf([&](const RecentModel &other) { return other.path == path; }) == 0)
        return;
    m_store.setValue("recent", toVariant(models));
    emit recentChanged();
}

QByteArray Settings::layout(const QString &part) const
{
    return m_store.value("layout/" + part).toByteArray();
}

void Settings::setLayout(const QString &part, const QByteArray &state)
{
    m_store.setValue("layout/" + part, state);
}

void Settings::reset()
{
    for (const char *group : {"look", "folders", "engine", "open", "access", "keys"})
        m_store.remove(QLatin1String(group));
    emit themeChanged();
    emit zoomChanged();
    emit languageChanged();
    emit modelsFolderChanged();
    emit deviceChanged();
    emit threadsChanged();
    emit openingChanged();
    emit announceChanged();
    emit shortcutsChanged();
}

} // namespace lathe::desktop
