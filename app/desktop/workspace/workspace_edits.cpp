// SPDX-License-Identifier: GPL-3.0-or-later
// The undoable half of the workspace: the edit log and its view, the undo stack.
#include "app/desktop/workspace/workspace.h"

#include <QDateTime>

#include <algorithm>

namespace lathe::desktop {

namespace {

QString quoted(const QString &title)
{
    constexpr qsizetype kLongest = 32;
    return u'“' + (title.size() > kLongest ? title.left(kLongest).trimmed() + QStringLiteral(" …") : title) +
           u'”';
}

} // namespace

FieldChange Workspace::changeOf(const Chat &chat, qint64 message, const QString &field,
                                const QJsonValue &after)
{
    return {message, field, fieldOf(chat, message, field), after};
}

void Workspace::record(qint64 chatId, const QString &text, QList<FieldChange> changes,
                       const QString &mergeKey)
{
    changes.removeIf([](const FieldChange &change) { return change.before == change.after; });
    if (changes.isEmpty() || !chat(chatId))
        return;
    Edit edit{
        newId(), chatId, text, std::move(changes), false, mergeKey, QDateTime::currentMSecsSinceEpoch()};
    applyLoaded(edit);
    // The stack drops what was undone, merges into its top, or drops its oldest: the log follows.
    for (qsizetype i = m_undo.index(); i < m_stackEdits.size(); ++i)
        m_removedEdits.insert(m_stackEdits.at(i));
    m_stackEdits.resize(m_undo.index());
    m_undo.push(new EditCommand(this, edit, true));
    const Edit &top = static_cast<const EditCommand *>(m_undo.command(m_undo.count() - 1))->edit();
    if (m_stackEdits.isEmpty() || m_stackEdits.last() != top.id)
        m_stackEdits.append(top.id);
    while (m_stackEdits.size() > m_undo.count())
        m_removedEdits.insert(m_stackEdits.takeFirst());
    for (const qint64 id : std::as_const(m_removedEdits))
        m_dirtyEdits.remove(id);
    m_dirtyEdits.insert(top.id, top);
    scheduleSave();
}

void Workspace::applyEdit(const Edit &edit)
{
    if (!m_open) // the stack is being filled from the log
        return;
    m_dirtyEdits.insert(edit.id, edit);
    scheduleSave();
    const bool messages =
        std::any_of(edit.changes.begin(), edit.changes.end(), [](const FieldChange &change) {
            return change.message != 0 || change.field == QLatin1String("activeRoot");
        });
    if (messages)
        load(edit.chat, this, [this, edit] { applyLoaded(edit); });
    else
        applyLoaded(edit);
    if (m_chats.contains(edit.chat))
        emit chatTouched(edit.chat);
}

void Workspace::applyLoaded(const Edit &edit)
{
    Chat *chat = mutableChat(edit.chat);
    if (!chat)
        return;
    for (const FieldChange &change : edit.changes) {
        if (!setField(*chat, change.message, change.field, edit.undone ? change.before : change.after))
            continue;
        if (change.message == 0)
            markChat(edit.chat);
        else
            markMessage(edit.chat, change.message);
    }
    for (const FieldChange &change : edit.changes)
        announce(edit.chat, change);
}

void Workspace::announce(qint64 chat, const FieldChange &change)
{
    if (change.message != 0 || change.field == QLatin1String("activeRoot"))
        emit pathChanged(chat);
    else if (change.field == QLatin1String("system") || change.field == QLatin1String("settings"))
        emit chatSettingsChanged(chat);
    else
        emit chatListChanged();
}

void Workspace::rename(qint64 chatId, const QString &title)
{
    const Chat *found = chat(chatId);
    const QString wanted = title.simplified();
    if (!found || wanted.isEmpty() || wanted == found->title)
        return;
    record(chatId, tr("rename %1").arg(quoted(found->title)),
           {changeOf(*found, 0, QStringLiteral("title"), wanted),
            changeOf(*found, 0, QStringLiteral("titled"), true)});
}

void Workspace::trash(qint64 chatId)
{
    if (const Chat *found = chat(chatId); found && found->trashed == 0)
        record(chatId, tr("delete %1").arg(quoted(found->title)),
               {changeOf(*found, 0, QStringLiteral("trashed"), QDateTime::currentMSecsSinceEpoch())});
}

void Workspace::restore(qint64 chatId)
{
    if (const Chat *found = chat(chatId))
        record(chatId, tr("restore %1").arg(quoted(found->title)),
               {changeOf(*found, 0, QStringLiteral("trashed"), 0)});
}

void Workspace::setSystem(qint64 chatId, const std::optional<QString> &system)
{
    if (const Chat *found = chat(chatId))
        record(chatId, tr("system prompt"),
               {changeOf(*found, 0, QStringLiteral("system"), system ? QJsonValue(*system) : QJsonValue())},
               QStringLiteral("system%1").arg(chatId));
}

void Workspace::setSettings(qint64 chatId, const ChatSettings &settings, const QString &what)
{
    if (const Chat *found = chat(chatId))
        record(chatId, what, {changeOf(*found, 0, QStringLiteral("settings"), settings.toJson())},
               what + QString::number(chatId));
}

void Workspace::removeMessage(qint64 chatId, qint64 id)
{
    const Chat *found = chat(chatId);
    const ChatMessage *message = found ? found->find(id) : nullptr;
    if (!message)
        return;
    // The neighbouring version takes its place.
    QList<qint64> others = found->versions(id);
    const qsizetype at = others.indexOf(id);
    others.removeAt(at);
    const qint64 next = others.isEmpty() ? 0 : others.at(std::min(at, others.size() - 1));
    const QString field = message->parent ? QStringLiteral("activeChild") : QStringLiteral("activeRoot");
    record(chatId, message->role == Role::User ? tr("delete message") : tr("delete answer"),
           {changeOf(*found, id, QStringLiteral("deleted"), true),
            changeOf(*found, message->parent, field, next)});
}

void Workspace::branch(qint64 chatId, qint64 from, qint64 to)
{
    const Chat *found = chat(chatId);
    const ChatMessage *message = found ? found->find(to) : nullptr;
    if (!message)
        return;
    const QString field = message->parent ? QStringLiteral("activeChild") : QStringLiteral("activeRoot");
    record(chatId, tr("edit message"), {{message->parent, field, from, to}});
}

} // namespace lathe::desktop
