// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/workspace/edit.h"

#include "app/desktop/workspace/chat.h"
#include "app/desktop/workspace/workspace.h"

#include <array>

namespace lathe::desktop {

namespace {

/// A chat's undoable field: one row here is all that a new one needs.
struct ChatField {
    const char *name;
    QJsonValue (*get)(const Chat &);
    void (*set)(Chat &, const QJsonValue &);
};

const std::array kChatFields{
    ChatField{"title", [](const Chat &c) { return QJsonValue(c.title); },
              [](Chat &c, const QJsonValue &v) { c.title = v.toString(); }},
    ChatField{"titled", [](const Chat &c) { return QJsonValue(c.titled); },
              [](Chat &c, const QJsonValue &v) { c.titled = v.toBool(); }},
    ChatField{"system", [](const Chat &c) { return c.system ? QJsonValue(*c.system) : QJsonValue(); },
              [](Chat &c, const QJsonValue &v) {
                  c.system = v.isString() ? std::optional<QString>(v.toString()) : std::nullopt;
              }},
    ChatField{"settings", [](const Chat &c) { return QJsonValue(c.settings.toJson()); },
              [](Chat &c, const QJsonValue &v) { c.settings = ChatSettings::fromJson(v.toObject()); }},
    ChatField{"trashed", [](const Chat &c) { return QJsonValue(c.trashed); },
              [](Chat &c, const QJsonValue &v) { c.trashed = v.toInteger(); }},
    ChatField{"activeRoot", [](const Chat &c) { return QJsonValue(c.activeRoot); },
              [](Chat &c, const QJsonValue &v) { c.activeRoot = v.toInteger(); }},
};

struct MessageField {
    const char *name;
    QJsonValue (*get)(const ChatMessage &);
    void (*set)(ChatMessage &, const QJsonValue &);
};

const std::array kMessageFields{
    MessageField{"deleted", [](const ChatMessage &m) { return QJsonValue(m.deleted); },
                 [](ChatMessage &m, const QJsonValue &v) { m.deleted = v.toBool(); }},
    MessageField{"activeChild", [](const ChatMessage &m) { return QJsonValue(m.activeChild); },
                 [](ChatMessage &m, const QJsonValue &v) { m.activeChild = v.toInteger(); }},
};

template <class Fields> const typename Fields::value_type *byName(const Fields &fields, const QString &name)
{
    for (const auto &field : fields)
        if (name == QLatin1String(field.name))
            return &field;
    return nullptr;
}

} // namespace

QJsonValue fieldOf(const Chat &chat, qint64 message, const QString &field)
{
    if (message == 0) {
        const ChatField *known = byName(kChatFields, field);
        return known ? known->get(chat) : QJsonValue(QJsonValue::Undefined);
    }
    const ChatMessage *found = chat.find(message);
    const MessageField *known = byName(kMessageFields, field);
    return found && known ? known->get(*found) : QJsonValue(QJsonValue::Undefined);
}

bool setField(Chat &chat, qint64 message, const QString &field, const QJsonValue &value)
{
    if (message == 0) {
        const ChatField *known = byName(kChatFields, field);
        if (known)
            known->set(chat, value);
        return known;
    }
    ChatMessage *found = chat.find(message);
    const MessageField *known = byName(kMessageFields, field);
    if (!found || !known)
        return false;
    known->set(*found, value);
    return true;
}

QJsonArray Edit::changesToJson() const
{
    QJsonArray out;
    for (const FieldChange &change : changes)
        out.append(QJsonObject{{QStringLiteral("message"), change.message},
                               {QStringLiteral("field"), change.field},
                               {QStringLiteral("before"), change.before},
                               {QStringLiteral("after"), change.after}});
    return out;
}

QList<FieldChange> Edit::changesFromJson(const QJsonArray &json)
{
    QList<FieldChange> out;
    for (const QJsonValue &value : json) {
        const QJsonObject change = value.toObject();
        out.append({change.value(QLatin1String("message")).toInteger(),
                    change.value(QLatin1String("field")).toString(), change.value(QLatin1String("before")),
                    change.value(QLatin1String("after"))});
    }
    return out;
}

EditCommand::EditCommand(Workspace *workspace, Edit edit, bool applied)
    : QUndoCommand(edit.text), m_workspace(workspace), m_edit(std::move(edit)), m_applied(applied)
{
}

void EditCommand::undo()
{
    m_edit.undone = true;
    m_workspace->applyEdit(m_edit);
}

void EditCommand::redo()
{
    if (std::exchange(m_applied, false))
        return;
    m_edit.undone = false;
    m_workspace->applyEdit(m_edit);
}

int EditCommand::id() const
{
    return m_edit.mergeKey.isEmpty() ? -1 : int(qHash(m_edit.mergeKey) & 0x7fffffff);
}

bool EditCommand::mergeWith(const QUndoCommand *other)
{
    const Edit &next = static_cast<const EditCommand *>(other)->m_edit;
    if (next.chat != m_edit.chat || next.mergeKey != m_edit.mergeKey || next.at - m_edit.at > kMergeMs ||
        next.changes.size() != m_edit.changes.size())
        return false;
    for (qsizetype i = 0; i < m_edit.changes.size(); ++i)
        m_edit.changes[i].after = next.changes.at(i).after;
    m_edit.at = next.at;
    return true;
}

} // namespace lathe::desktop
