// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/workspace/workspace.h"

#include <QDateTime>
#include <QDir>
#include <QPointer>

#include <algorithm>
#include <utility>

namespace lathe::desktop {

namespace {

qint64 now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

} // namespace

Workspace::Workspace(QString folder, QObject *parent)
    : QObject(parent), m_path(QDir(folder).filePath(QStringLiteral("workspace.sqlite"))),
      m_worker(new QObject), m_store(std::make_unique<Store>())
{
    m_undo.setUndoLimit(kUndoLimit);
    m_saveTimer.setSingleShot(true);
    connect(&m_saveTimer, &QTimer::timeout, this, &Workspace::save);
    m_thread.setObjectName(QStringLiteral("workspace"));
    m_worker->moveToThread(&m_thread);
    m_thread.start();
}

Workspace::~Workspace()
{
    m_undo.disconnect(this);
    const SaveBatch batch = takeBatch();
    const bool write = m_persistent && !batch.isEmpty();
    post([batch, write](Store &store) {
        if (write)
            store.save(batch);
        store.close();
    });
    QMetaObject::invokeMethod(m_worker, [this] { m_thread.quit(); });
    m_thread.wait();
    delete m_worker;
}

void Workspace::post(std::function<void(Store &)> work)
{
    QMetaObject::invokeMethod(m_worker, [store = m_store.get(), work = std::move(work)] { work(*store); });
}

void Workspace::open()
{
    post([this, path = m_path](Store &store) {
        const QString fault = store.open(path, now());
        QList<Chat> chats;
        QList<Edit> edits;
        if (fault.isEmpty()) {
            chats = store.loadChats();
            edits = store.loadEdits(kUndoLimit);
        }
        QMetaObject::invokeMethod(this, [=, this] { finishOpening(fault, chats, edits); });
    });
}

void Workspace::finishOpening(const QString &fault, QList<Chat> chats, const QList<Edit> &edits)
{
    for (Chat &chat : chats)
        m_chats.insert(chat.id, std::move(chat));
    qsizetype done = 0;
    for (const Edit &edit : edits) {
        m_undo.push(new EditCommand(this, edit, true));
        m_stackEdits.append(edit.id);
        if (!edit.undone)
            done = m_stackEdits.size();
    }
    // The stack believes that all are in effect; step back over the undone ones without applying anything.
    m_open = false;
    m_undo.setIndex(int(done));
    m_open = true;
    m_persistent = fault.isEmpty();
    emit chatListChanged();
    if (fault.isEmpty())
        emit opened();
    else
        emit openFailed(fault);
}

QList<const Chat *> Workspace::chats() const
{
    QList<const Chat *> out;
    for (const Chat &chat : m_chats)
        out.append(&chat);
    std::sort(out.begin(), out.end(), [](const Chat *a, const Chat *b) {
        return std::pair(a->modified, a->id) > std::pair(b->modified, b->id);
    });
    return out;
}

Chat *Workspace::mutableChat(qint64 id)
{
    const auto it = m_chats.find(id);
    return it == m_chats.end() ? nullptr : &it.value();
}

const Chat *Workspace::chat(qint64 id) const
{
    return const_cast<Workspace *>(this)->mutableChat(id);
}

void Workspace::load(qint64 id, QObject *context, std::function<void()> then)
{
    const Chat *known = chat(id);
    if (!known)
        return;
    if (known->loaded) {
        then();
        return;
    }
    post([this, id, context = QPointer<QObject>(context), then = std::move(then)](Store &store) {
        const QList<ChatMessage> messages = store.loadMessages(id);
        QMetaObject::invokeMethod(this, [=, this] {
            Chat *found = mutableChat(id);
            if (found && !std::exchange(found->loaded, true))
                for (const ChatMessage &message : messages)
                    found->messages.insert(message.id, message);
            if (found && context)
                then();
        });
    });
}

qint64 Workspace::createChat(qint64 like)
{
    Chat fresh;
    if (const Chat *model = chat(like)) {
        fresh.system = model->system;
        fresh.settings = model->settings;
        fresh.settings.seedKnown = model->settings.seedFixed;
    }
    fresh.id = newId();
    fresh.created = fresh.modified = now();
    fresh.loaded = true;
    const qint64 id = fresh.id;
    m_chats.insert(id, std::move(fresh));
    markChat(id);
    emit chatListChanged();
    return id;
}

qint64 Workspace::forkChat(qint64 chatId, qint64 message)
{
    const qint64 copyId = createChat(chatId);
    const Chat from = m_chats.value(chatId);
    Chat &copy = m_chats[copyId];
    copy.title = from.title;
    copy.titled = from.titled;
    qint64 parent = 0;
    for (const qint64 id : from.ancestry(message)) {
        ChatMessage twin = *from.find(id);
        twin.id = newId();
        twin.parent = parent;
        twin.activeChild = 0;
        twin.deleted = false;
        copy.setActiveChild(parent, twin.id);
        parent = twin.id;
        copy.messages.insert(twin.id, twin);
        markMessage(copyId, twin.id);
    }
    emit chatListChanged();
    return copyId;
}

void Workspace::eraseChat(qint64 chat)
{
    if (!m_chats.remove(chat))
        return;
    m_dirtyChats.remove(chat);
    m_dirtyMessages.removeIf([chat](const auto &key) { return key.first == chat; });
    m_dirtyEdits.removeIf([chat](const auto &it) { return it.value().chat == chat; });
    if (m_persistent)
        post([chat](Store &store) { store.erase(chat); });
    emit chatListChanged();
}

qint64 Workspace::addMessage(qint64 chatId, qint64 parent, Role role, const QString &text)
{
    Chat *chat = mutableChat(chatId);
    if (!chat)
        return 0;
    ChatMessage message;
    message.id = newId();
    message.parent = parent;
    message.role = role;
    message.text = text;
    message.created = now();
    chat->messages.insert(message.id, message);
    chat->setActiveChild(parent, message.id);
    chat->modified = message.created;
    if (!chat->titled && parent == 0 && role == Role::User)
        chat->title = titleFrom(text);
    markMessage(chatId, message.id);
    if (parent != 0)
        markMessage(chatId, parent);
    markChat(chatId);
    emit chatListChanged();
    emit pathChanged(chatId);
    return message.id;
}

void Workspace::changeMessage(qint64 chatId, qint64 id, const std::function<void(ChatMessage &)> &change)
{
    Chat *chat = mutableChat(chatId);
    ChatMessage *message = chat ? chat->find(id) : nullptr;
    if (!message)
        return;
    change(*message);
    markMessage(chatId, id);
    emit messageChanged(chatId, id);
}

void Workspace::showMessage(qint64 chatId, qint64 id)
{
    Chat *chat = mutableChat(chatId);
    const ChatMessage *message = chat ? chat->find(id) : nullptr;
    if (!message)
        return;
    // Every ancestor, too: a search hit may stand on a branch that is not shown.
    for (const qint64 at : chat->ancestry(id)) {
        const qint64 parent = chat->find(at)->parent;
        chat->setActiveChild(parent, at);
        if (parent != 0)
            markMessage(chatId, parent);
    }
    markChat(chatId);
    emit pathChanged(chatId);
}

void Workspace::setDraft(qint64 chatId, const QString &draft)
{
    Chat *chat = mutableChat(chatId);
    if (!chat || chat->draft == draft)
        return;
    chat->draft = draft;
    markChat(chatId);
}

void Workspace::setUsedSeed(qint64 chatId, quint64 seed)
{
    Chat *chat = mutableChat(chatId);
    if (!chat || chat->settings.seedFixed)
        return;
    chat->settings.seed = seed;
    chat->settings.seedKnown = true;
    markChat(chatId);
    emit chatSettingsChanged(chatId);
}

void Workspace::search(const QString &text, QObject *context, std::function<void(QList<SearchHit>)> then)
{
    const quint64 number = ++m_searches;
    save(); // what was typed a moment ago is found, too
    post([this, text, number, context = QPointer<QObject>(context), then = std::move(then)](Store &store) {
        const QList<SearchHit> hits = store.search(text);
        QMetaObject::invokeMethod(this, [=, this] {
            if (context && number == m_searches)
                then(hits);
        });
    });
}

} // namespace lathe::desktop
