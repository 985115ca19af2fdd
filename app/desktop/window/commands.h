// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings/settings.h"

#include <QAction>
#include <QList>
#include <QObject>

namespace lathe::desktop {

/// Every command of the window: one QAction each, named by its id, with the keys that the user gave it.
/// Menus, the palette, the list of keys and the settings read them from here.
class Commands : public QObject
{
    Q_OBJECT
public:
    explicit Commands(Settings *settings, QObject *parent = nullptr);

    /// Makes a command. `keys` are the standard shortcuts, "; "-separated, empty for none.
    QAction *add(const QString &id, const QString &text, const QString &iconName = {},
                 const QString &keys = {});
    QAction *find(const QString &id) const;
    const QList<QAction *> &all() const { return m_actions; }
    QString standardKeys(const QAction *action) const;

    /// Gives a command other keys. Where they belong to another command nothing changes and its name is
    /// returned.
    QString rebind(QAction *action, const QString &keys);
    /// All commands back to their standard keys.
    void resetKeys();

private:
    void applyKeys(QAction *action);

    Settings *m_settings;
    QList<QAction *> m_actions;
};

/// The name of a command as it is listed: without mnemonic and "…".
QString commandName(const QAction *action);

/// The keys of a command as shown to people, "Ctrl+N, Ctrl+Shift+O".
QString commandKeys(const QAction *action);

} // namespace lathe::desktop
