// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/commands.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/parts.h"

#include <algorithm>

namespace lathe::desktop {

static constexpr char kStandardKeys[] = "standardKeys";

static QList<QKeySequence> sequences(const QString &keys)
{
    // Of an empty text Qt makes a list of one empty sequence.
    return keys.isEmpty() ? QList<QKeySequence>()
                          : QKeySequence::listFromString(keys, QKeySequence::PortableText);
}

Commands::Commands(Settings *settings, QObject *parent) : QObject(parent), m_settings(settings)
{
    connect(settings, &Settings::shortcutsChanged, this, [this] {
        for (QAction *action : std::as_const(m_actions))
            applyKeys(action);
    });
}

QAction *Commands::add(const QString &id, const QString &text, const QString &iconName, const QString &keys)
{
    auto *action = new QAction(text, this);
    action->setObjectName(id);
    if (!iconName.isEmpty())
        action->setIcon(icon(iconName));
    action->setProperty(kStandardKeys, keys);
    action->setShortcutContext(Qt::WindowShortcut);
    m_actions.append(action);
    applyKeys(action);
    return action;
}

QAction *Commands::find(const QString &id) const
{
    const auto found =
        std::ranges::find_if(m_actions, [&](QAction *action) { return action->objectName() == id; });
    return found == m_actions.end() ? nullptr : *found;
}

QString Commands::standardKeys(const QAction *action) const
{
    return action->property(kStandardKeys).toString();
}

void Commands::applyKeys(QAction *action)
{
    action->setShortcuts(sequences(m_settings->shortcut(action->objectName(), standardKeys(action))));
}

QString Commands::rebind(QAction *action, const QString &keys)
{
    for (const QKeySequence &wanted : sequences(keys)) {
        for (const QAction *other : std::as_const(m_actions)) {
            if (other != action && other->shortcuts().contains(wanted))
                return commandName(other);
        }
    }
    m_settings->setShortcut(action->objectName(), keys);
    return {};
}

void Commands::resetKeys()
{
    for (QAction *action : std::as_const(m_actions))
        m_settings->setShortcut(action->objectName(), standardKeys(action));
}

QString commandName(const QAction *action)
{
    return spoken(action->text());
}

QString commandKeys(const QAction *action)
{
    QStringList keys;
    for (const QKeySequence &sequence : action->shortcuts())
        keys.append(sequence.toString(QKeySequence::NativeText));
    return keys.join(QStringLiteral(", "));
}

} // namespace lathe::desktop
