// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings/settings.h"
#include "app/desktop/workspace/chat_settings.h"

#include <QWidget>

class QComboBox;
class QMenu;
class QToolButton;

namespace lathe::desktop {

/// The sampling presets: Greedy, Balanced, Creative, what the open model's makers ask for, and the user's
/// own, which are kept in the settings. Shows the preset of a chat, with "(changed)" where the sliders say
/// something else, and a menu that saves what they say under a name, renames and deletes own presets.
class PresetBox : public QWidget
{
    Q_OBJECT
public:
    explicit PresetBox(Settings *settings, QWidget *parent = nullptr);

    /// `makers`: of the open model, where it asks for a sampling.
    void show(const ChatSettings &chat, const std::optional<SamplerSettings> &makers);
    QComboBox *combo() const { return m_combo; }

    /// What is wrong with a name for an own preset: empty if nothing. `except` is a name that may be taken.
    QString nameFault(const QString &name, const QString &except = {}) const;

signals:
    /// The chat is to take this preset.
    void chosen(const lathe::desktop::SamplingPreset &preset);

private:
    QList<SamplingPreset> all() const;
    bool isOwn(const QString &name) const;
    /// Takes the place of the own preset `old`, or stands at the end where `old` is empty.
    void keep(const QString &old, const SamplingPreset &preset);
    void askRemove(const QString &name);
    void fill();
    void openMenu();
    /// Asks for a name until it is a good one, then calls `then`.
    void askName(const QString &title, const QString &proposal, const QString &except,
                 std::function<void(const QString &)> then);

    Settings *m_settings;
    QComboBox *m_combo;
    QToolButton *m_more;
    ChatSettings m_chat;
    std::optional<SamplerSettings> m_makers;
};

} // namespace lathe::desktop
