// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/engine_client/engine_call.h"
#include "app/desktop/window/model_controller.h"
#include "app/desktop/workspace/workspace.h"

#include <QObject>
#include <QPointer>

namespace lathe::desktop {

/// One answer on its way: takes the engine's notifications into the workspace's message. Always ends in
/// `ended`.
class Generation : public QObject
{
    Q_OBJECT
public:
    /// `message` exists in the workspace; `continued`: its text is gone on with. `model` answers.
    Generation(Workspace *workspace, qint64 chat, qint64 message, bool continued, const CurrentModel &model);

    qint64 chat() const { return m_chat; }
    qint64 message() const { return m_message; }
    /// Follows `call`; or fails before there is one.
    void follow(EngineCall *call);
    /// The adapters that the engine has set for this answer.
    void setAdapters(const QJsonArray &adapters);
    void fail(const EngineError &error);
    /// Ends the message as Stopped at once; the engine's own end follows.
    void stop();

    bool hasTokens() const { return m_tokens > 0; }
    bool isStopped() const { return m_stopped; }
    double readingShare() const { return m_readingShare; }
    double tokensPerSecond() const { return m_rate; }
    qint64 contextUsed() const { return m_promptTokens + m_tokens; }
    qint64 cachedTokens() const { return m_cachedTokens; }
    qint64 contextSize() const { return m_contextSize; }

signals:
    void readingProgress(double share);
    /// The first token came.
    void writing();
    void token();
    void ended();

private:
    void notified(const QJsonObject &params, const QString &method);
    QStringList hashesWith(const QString &sha256) const;
    void takeToken(const QJsonObject &params);
    void finished(const QJsonObject &result);

    Workspace *m_workspace;
    qint64 m_chat;
    qint64 m_message;
    QString m_before; ///< the text that is gone on with
    QString m_reasoningBefore;
    QStringList m_hashesBefore;
    QJsonArray m_adaptersBefore;
    qint64 m_tokensBefore = 0;
    qint64 m_reasoningTokensBefore = 0;
    QPointer<EngineCall> m_call;
    qint64 m_tokens = 0;
    qint64 m_promptTokens = 0;
    qint64 m_cachedTokens = 0;
    qint64 m_contextSize = 0;
    double m_readingShare = 0;
    double m_rate = 0;
    bool m_stopped = false;
};

} // namespace lathe::desktop
