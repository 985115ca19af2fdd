// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/chat/generation.h"
#include "app/desktop/window/model_controller.h"
#include "app/desktop/workspace/workspace.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <functional>
#include <optional>

namespace lathe::desktop {

/// How full the context is.
struct ContextUse {
    qint64 used = 0;
    qint64 size = 0; ///< 0: not known
    qint64 cached = 0;

    bool nearlyFull() const { return size > 0 && used * 10 >= size * 9; }
    bool operator==(const ContextUse &) const = default;
};

/// What the Chat page does, without a widget: turns what the user wants into requests to the engine and
/// changes of the workspace. One answer is made at a time; it goes on while another chat is shown.
class ChatController : public QObject
{
    Q_OBJECT
public:
    enum class Phase {
        NoModel,  ///< nothing can be asked
        Loading,  ///< a model is inspected or loaded
        Idle,     ///< ready to answer
        Reading,  ///< the engine reads the prompt
        Writing,  ///< tokens come
        Stopping, ///< stopped by the user; the engine has not said so yet
    };
    Q_ENUM(Phase)

    ChatController(EngineClient *engine, ModelController *models, Workspace *workspace,
                   QObject *parent = nullptr);
    /// Stops what is being written.
    ~ChatController() override;

    Workspace *workspace() const { return m_workspace; }
    ModelController *models() const { return m_models; }
    qint64 currentChat() const { return m_chat; }
    /// The chat shown; null until the workspace is open.
    const Chat *chat() const { return m_workspace->chat(m_chat); }

    Phase phase() const { return m_phase; }
    bool isBusy() const
    {
        return m_phase == Phase::Loading || m_phase == Phase::Reading || m_phase == Phase::Writing;
    }
    bool canSend() const { return m_phase == Phase::Idle; }
    /// The answer being made, 0 if there is none, and its chat.
    qint64 runningMessage() const { return m_generation ? m_generation->message() : 0; }
    qint64 runningChat() const { return m_generation ? m_generation->chat() : 0; }
    /// While Reading: how much of the prompt is read, 0…1.
    double readingShare() const { return m_generation ? m_generation->readingShare() : 0; }
    double tokensPerSecond() const { return m_generation ? m_generation->tokensPerSecond() : 0; }
    ContextUse contextUse() const { return m_context; }
    /// The last shown answer, 0 if there is none.
    qint64 lastAnswer() const;

    void openChat(qint64 chat);
    /// Opens `chat` at `message`, switching to the branch that holds it.
    void openMessage(qint64 chat, qint64 message);
    void newChat();
    void send(const QString &text);
    void regenerate(qint64 message);
    void edit(qint64 message, const QString &text);
    void continueAnswer(qint64 message);
    void remove(qint64 message);
    void fork(qint64 message);
    /// Shows the version `by` places further.
    void stepVersion(qint64 message, int by);
    /// Stops reading, writing, or the loading of a model.
    void stop();
    /// Gives the conversation a longer context (at most the model's) and goes on with the answer.
    void continueWithContext(qint64 message, int tokens);
    void continueShifting(qint64 message);

    /// Gives the shown chat an adapter, switched on; one that it has already is switched on.
    void addAdapter(const QString &path, const QString &name);
    void changeAdapters(const QString &what, const std::function<void(QList<ChatAdapter> &)> &edit);
    /// Holds an adapter against the open model: `then` gets what adapter.inspect says, or an error's line.
    void inspectAdapter(const QString &path, QObject *context,
                        std::function<void(const QJsonObject &told, const QString &fault)> then);

    /// What is typed: counted into the context meter, kept as the chat's draft.
    void setDraft(const QString &text);
    /// Whether answers carry their candidates from now on.
    void setProbabilities(bool wanted) { m_probabilities = wanted; }
    bool probabilities() const { return m_probabilities; }
    /// The prompt as the engine would be fed it; `then` gets text and number of tokens, or an error's line.
    void renderPrompt(QObject *context, std::function<void(QString text, qint64 tokens, QString fault)> then);

signals:
    void phaseChanged(lathe::desktop::ChatController::Phase phase);
    /// Another chat is shown.
    void chatOpened();
    void readingProgress(double share);
    void contextUseChanged();
    void answerFinished(qint64 chat, qint64 message);

private:
    void updatePhase();
    void modelChanged();
    void workspaceOpened();
    qint64 startAnswer(qint64 chat, qint64 parent);
    void run(qint64 chat, qint64 message, bool continued);
    void withSession(std::function<void(const QString &session)> then,
                     std::function<void(const EngineError &)> failed);
    void withAdapters(const QString &session, qint64 chat, std::function<void()> then,
                      std::function<void(const EngineError &)> failed);
    void runInSession(const QString &session, qint64 chat, qint64 message, bool continued);
    void ended();
    QJsonArray messagesOf(const Chat &chat, qint64 last, const QString &draft = {}) const;
    void countSoon() { m_countTimer.start(); }
    void count();
    void setContextUse(const ContextUse &use);

    EngineClient *m_engine;
    ModelController *m_models;
    Workspace *m_workspace;
    Phase m_phase = Phase::NoModel;
    qint64 m_chat = 0;
    QString m_draft;
    bool m_probabilities = false;
    ContextUse m_context;
    QTimer m_countTimer;

    QString m_session;      ///< the engine's name; empty: none yet
    QString m_sessionModel; ///< handle of its model
    int m_sessionContext = 0;
    QJsonArray m_sessionAdapters; ///< as they were asked for
    QJsonArray m_toldAdapters;    ///< as the engine named them
    struct SessionWaiter {
        std::function<void(const QString &session)> then;
        std::function<void(const EngineError &)> failed;
    };
    QList<SessionWaiter> m_waiters; ///< not empty: a session is being made
    int m_wantedContext = 0;        ///< 0: as the model was opened
    QPointer<EngineCall> m_countCall;
    std::unique_ptr<Generation> m_generation;
};

} // namespace lathe::desktop
