// SPDX-License-Identifier: GPL-3.0-or-later
// The half of the workspace that brings changes to the store: what is unsaved, in batches, on the store's
// thread.
#include "app/desktop/workspace/workspace.h"

#include <QPointer>

#include <utility>

namespace lathe::desktop {

constexpr int kRetryMs = 5000; // after a failed save: a full disk does not get room within milliseconds

void Workspace::markChat(qint64 chat)
{
    m_dirtyChats.insert(chat);
    scheduleSave();
}

void Workspace::markMessage(qint64 chat, qint64 message)
{
    m_dirtyMessages.insert({chat, message});
    m_dirtyChats.insert(chat);
    scheduleSave();
}

void Workspace::scheduleSave()
{
    if (!m_saveTimer.isActive())
        m_saveTimer.start(kSaveMs);
}

SaveBatch Workspace::takeBatch()
{
    SaveBatch batch;
    for (const qint64 id : std::exchange(m_dirtyChats, {})) {
        if (const Chat *found = chat(id)) {
            Chat header = *found;
            header.messages.clear();
            batch.chats.append(header);
        }
    }
    for (const auto &[chatId, id] : std::exchange(m_dirtyMessages, {})) {
        const Chat *found = chat(chatId);
        if (const ChatMessage *message = found ? found->find(id) : nullptr)
            batch.messages.append({chatId, *message});
    }
    for (const Edit &edit : std::exchange(m_dirtyEdits, {}))
        if (m_chats.contains(edit.chat))
            batch.edits.append(edit);
    for (const qint64 id : std::exchange(m_removedEdits, {}))
        batch.removedEdits.append(id);
    return batch;
}

void Workspace::save()
{
    m_saveTimer.stop();
    if (!m_persistent)
        return;
    const SaveBatch batch = takeBatch();
    if (batch.isEmpty())
        return;
    post([this, batch](Store &store) {
        const QString fault = store.save(batch);
        if (!fault.isEmpty())
            QMetaObject::invokeMethod(this, [=, this] { finishSave(fault, batch); });
    });
}

/// After a failed save: nothing is lost, it is all unsaved again, and is tried again later.
void Workspace::finishSave(const QString &fault, const SaveBatch &batch)
{
    for (const Chat &chat : batch.chats)
        m_dirtyChats.insert(chat.id);
    for (const auto &[chatId, message] : batch.messages)
        m_dirtyMessages.insert({chatId, message.id});
    for (const Edit &edit : batch.edits)
        if (!m_dirtyEdits.contains(edit.id) && !m_removedEdits.contains(edit.id))
            m_dirtyEdits.insert(edit.id, edit);
    for (const qint64 id : batch.removedEdits)
        m_removedEdits.insert(id);
    m_saveTimer.start(kRetryMs);
    emit saveFailed(fault);
}

void Workspace::flush(QObject *context, std::function<void()> then)
{
    save();
    post([this, context = QPointer<QObject>(context), then = std::move(then)](Store &) {
        QMetaObject::invokeMethod(this, [=] {
            if (context)
                then();
        });
    });
}

} // namespace lathe::desktop
