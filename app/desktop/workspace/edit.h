// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonValue>
#include <QList>
#include <QString>
#include <QUndoCommand>

namespace lathe::desktop {

class Workspace;
struct Chat;

/// One field of a chat (`message` 0) or of one of its messages, before and after.
struct FieldChange {
    qint64 message = 0;
    QString
        field; ///< chat: title, titled, system, settings, trashed, activeRoot; message: deleted, activeChild
    QJsonValue before;
    QJsonValue after;
};

/// One undoable step of the edit log.
struct Edit {
    qint64 id = 0;
    qint64 chat = 0;
    QString text; ///< what the Edit menu prints behind "Undo": "rename “Recipe for bread”"
    QList<FieldChange> changes;
    bool undone = false;
    QString mergeKey; ///< not stored; edits of one drag or one spell of typing share it
    qint64 at = 0;    ///< not stored; ms, when it was made

    QJsonArray changesToJson() const;
    static QList<FieldChange> changesFromJson(const QJsonArray &json);
};

/// The value of a field now, and setting it; false for a field or message that the chat does not have.
QJsonValue fieldOf(const Chat &chat, qint64 message, const QString &field);
bool setField(Chat &chat, qint64 message, const QString &field, const QJsonValue &value);

/// Entry of the undo stack: a view of one Edit of the log.
class EditCommand : public QUndoCommand
{
public:
    /// `applied`: the edit is in effect already (made just now, or read from the log).
    EditCommand(Workspace *workspace, Edit edit, bool applied);

    void undo() override;
    void redo() override;
    int id() const override;
    bool mergeWith(const QUndoCommand *other) override;

    const Edit &edit() const { return m_edit; }

    static constexpr qint64 kMergeMs = 1500;

private:
    Workspace *m_workspace;
    Edit m_edit;
    bool m_applied;
};

} // namespace lathe::desktop
