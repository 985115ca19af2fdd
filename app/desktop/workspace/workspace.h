// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/workspace/store.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QThread>
#include <QTimer>
#include <QUndoStack>

#include <functional>
#include <memory>

namespace lathe::desktop {

/// The document: chats and the log of edits on them. The state lives here, on the main thread; changes are
/// written to workspace.sqlite within half a second by a worker thread, so nothing here waits for the disk.
class Workspace : public QObject
{
    Q_OBJECT
public:
    /// `folder` will hold workspace.sqlite; it is made when missing. Call open().
    explicit Workspace(QString folder, QObject *parent = nullptr);
    /// Writes what is still to be written, then returns.
    ~Workspace() override;

    /// Reads the chats (not their messages) and the edit log; `opened` or `openFailed` follows. After
    /// `openFailed` the workspace is empty, works, and is not saved.
    void open();
    bool isOpen() const { return m_open; }
    QString path() const { return m_path; }

    /// All chats, thrown-away ones too, newest first.
    QList<const Chat *> chats() const;
    const Chat *chat(qint64 id) const;
    /// Reads the messages of a chat if they are not here; `then` is called once they are, perhaps at once.
    /// Not called if `context` is gone or the chat does not exist.
    void load(qint64 id, QObject *context, std::function<void()> then);

    /// A new chat with the settings and system prompt of `like` (0: the defaults).
    qint64 createChat(qint64 like = 0);
    /// A new chat that begins with the messages up to `message`.
    qint64 forkChat(qint64 chat, qint64 message);
    /// Deletes a thrown-away chat for good.
    void eraseChat(qint64 chat);

    // What is not undoable: sent and received text, drafts, which version is shown.
    qint64 addMessage(qint64 chat, qint64 parent, Role role, const QString &text);
    /// Applies `change` to a message and saves it.
    void changeMessage(qint64 chat, qint64 message, const std::function<void(ChatMessage &)> &change);
    void showMessage(qint64 chat, qint64 message);
    void setDraft(qint64 chat, const QString &draft);
    void setUsedSeed(qint64 chat, quint64 seed);

    // Undoable edits: each goes to the log and the undo stack.
    void rename(qint64 chat, const QString &title);
    void trash(qint64 chat);
    void restore(qint64 chat);
    void setSystem(qint64 chat, const std::optional<QString> &system);
    /// `what` names the control ("temperature"): changes of one control within a drag are one edit.
    void setSettings(qint64 chat, const ChatSettings &settings, const QString &what);
    void removeMessage(qint64 chat, qint64 message);
    /// The message `from` was edited: `to` is the new version, which addMessage() made.
    void branch(qint64 chat, qint64 from, qint64 to);

    QUndoStack *undoStack() { return &m_undo; }

    /// Full-text search on the worker; `then` gets the hits unless a newer search was started or `context` is
    /// gone.
    void search(const QString &text, QObject *context, std::function<void(QList<SearchHit>)> then);

    /// Starts writing what is unsaved now, and calls `then` when it is on the disk.
    void flush(QObject *context, std::function<void()> then);

    static constexpr int kSaveMs = 400;
    static constexpr int kUndoLimit = 200;

signals:
    void opened();
    /// One line: what is wrong with the file.
    void openFailed(const QString &what);
    void saveFailed(const QString &what);
    /// Title, date, trash or existence of a chat changed.
    void chatListChanged();
    /// System prompt or settings of a chat changed.
    void chatSettingsChanged(qint64 chat);
    /// Which messages are shown changed (a new one, another version, a deletion).
    void pathChanged(qint64 chat);
    /// Text or answer of one message changed.
    void messageChanged(qint64 chat, qint64 message);
    /// Undo or redo changed this chat: the window shows it.
    void chatTouched(qint64 chat);

private:
    friend class EditCommand;

    Chat *mutableChat(qint64 id);
    void finishOpening(const QString &fault, QList<Chat> chats, const QList<Edit> &edits);
    void markChat(qint64 chat);
    void markMessage(qint64 chat, qint64 message);
    void scheduleSave();
    void save();
    void finishSave(const QString &fault, const SaveBatch &batch);
    SaveBatch takeBatch();
    void record(qint64 chat, const QString &text, QList<FieldChange> changes, const QString &mergeKey = {});
    void applyEdit(const Edit &edit);
    void applyLoaded(const Edit &edit);
    void announce(qint64 chat, const FieldChange &change);
    static FieldChange changeOf(const Chat &chat, qint64 message, const QString &field,
                                const QJsonValue &after);
    /// Runs `work` on the worker.
    void post(std::function<void(Store &)> work);

    QString m_path;
    bool m_open = false;
    bool m_persistent = false;
    QHash<qint64, Chat> m_chats;
    QUndoStack m_undo;

    QThread m_thread;
    QObject *m_worker;              ///< lives on m_thread; work is posted to it
    std::unique_ptr<Store> m_store; ///< touched on m_thread only

    QTimer m_saveTimer;
    QSet<qint64> m_dirtyChats;
    QSet<QPair<qint64, qint64>> m_dirtyMessages;
    QHash<qint64, Edit> m_dirtyEdits;
    QSet<qint64> m_removedEdits;
    QList<qint64> m_stackEdits; ///< ids of the edits on m_undo, in its order
    quint64 m_searches = 0;
};

} // namespace lathe::desktop
