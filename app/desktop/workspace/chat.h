// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/workspace/chat_settings.h"

#include <QJsonArray>
#include <QLocale>
#include <QMap>
#include <QString>
#include <QStringList>

#include <optional>

namespace lathe::desktop {

enum class Role { User, Assistant };

/// How an answer ended.
enum class Finish {
    Running,     ///< no end yet; found in a stored chat it reads as CutOff
    Stop,        ///< end of text, or a stop string
    Length,      ///< "Answer up to" was reached
    ContextFull, ///< no room left
    Stopped,     ///< by the user
    CutOff,      ///< the engine or the window ended in the middle
    Failed,      ///< the engine reported a fault
};

/// The stable word for a Finish in the database and in exports, and back (unknown words: CutOff).
QString finishName(Finish finish);
Finish finishFromName(const QString &name);

/// What is known about how an answer came to be. Everything here is what the engine replied.
struct Answer {
    QString model;       ///< "SmolLM2-135M-Instruct · Q4_1"
    QStringList sha256;  ///< of the weights; more than one where the answer was continued with others
    QJsonArray adapters; ///< {"path","name","scale"} of those that took part; as with the weights
    Finish finish = Finish::Running;
    QString fault;     ///< of Failed: one line
    QString reasoning; ///< what the model thought before its text
    qint64 tokens = 0;
    qint64 reasoningTokens = 0; ///< of `tokens`
    qint64 promptTokens = 0;
    double tokensPerSecond = 0;
    double firstTokenSeconds = 0;
    QString seed;
    qint64 shifted = 0;   ///< tokens dropped from the front of the full context
    QStringList notes;    ///< lines of the engine that must not be silent
    bool edited = false;  ///< the text is the user's, not the model's
    QJsonArray tokenList; ///< per token {"text","logprob","candidates"}, where probabilities were asked for

    /// "#b179c952 + recipes 0.70": weights and adapters that made it, scales in the locale's digits.
    QString badge(const QLocale &locale) const;
    QJsonObject toJson() const; ///< without tokenList
    static Answer fromJson(const QJsonObject &json);
};

struct ChatMessage {
    qint64 id = 0;
    qint64 parent = 0; ///< 0: a first message
    Role role = Role::User;
    QString text;
    qint64 created = 0;     ///< ms since 1970, UTC
    qint64 activeChild = 0; ///< the branch shown; 0: the newest
    bool deleted = false;   ///< hidden with all that follows; undo brings it back
    Answer answer;          ///< of Role::Assistant
};

/// A conversation: a tree of messages. Siblings are versions of one another; the shown conversation is the
/// path that follows the active children.
struct Chat {
    qint64 id = 0;
    QString title;
    bool titled = false; ///< the user gave the title; otherwise it follows the first message
    qint64 created = 0;
    qint64 modified = 0;
    qint64 trashed = 0;            ///< ms since 1970 when it was thrown away; 0: it was not
    std::optional<QString> system; ///< nothing: the template's own
    ChatSettings settings;
    QString draft;
    qint64 activeRoot = 0;
    bool loaded = false; ///< messages are here; the rest always is
    QMap<qint64, ChatMessage> messages;

    ChatMessage *find(qint64 message);
    const ChatMessage *find(qint64 message) const;
    /// Ids of the shown messages, first to last.
    QList<qint64> path() const;
    /// The message and its undeleted siblings of the same role, in order of creation.
    QList<qint64> versions(qint64 message) const;
    /// Undeleted children of `parent` (0: the first messages) in order of creation.
    QList<qint64> children(qint64 parent) const;
    /// The child of `parent` that is shown, 0 if there is none.
    qint64 shownChild(qint64 parent) const;
    void setActiveChild(qint64 parent, qint64 child);
    /// Ids from the first message to `message`, whatever is shown.
    QList<qint64> ancestry(qint64 message) const;
};

/// Unique, growing ids below 2^53: milliseconds since 1970 and a counter.
qint64 newId();

/// The title a chat takes from its first message: the first line, at most 60 characters, cut at a word.
QString titleFrom(const QString &text);

} // namespace lathe::desktop
