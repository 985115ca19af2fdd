// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/chat/message_body.h"
#include "app/desktop/pages/chat/reasoning_block.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/workspace/chat.h"

#include <QFrame>

class QHBoxLayout;
class QPlainTextEdit;
class QTableView;

namespace lathe::desktop {

class TokenTable;

/// What a card needs to know beside its message.
struct CardContext {
    int number = 1;  ///< place in the conversation, from 1
    int version = 1; ///< of `versions`
    int versions = 1;
    bool running = false;     ///< this answer is being made
    bool canAnswer = false;   ///< the engine could answer now
    double readingShare = -1; ///< 0…1 while the prompt is read, else −1
    bool showTokens = false;
    int largerContext = 0; ///< tokens the context could be raised to, 0: it is the largest
};

/// One message of the conversation: who, badge, version pager, text, figures, and what can be done with it.
class MessageCard : public QFrame
{
    Q_OBJECT
public:
    explicit MessageCard(Role role, QWidget *parent = nullptr);

    void display(const ChatMessage &message, const CardContext &context);
    /// The same while tokens come, when nothing but the text changes.
    void showStreaming(const ChatMessage &message, int number);
    qint64 message() const { return m_message; }
    Role role() const { return m_role; }
    MessageBody *body() const { return m_body; }
    ReasoningBlock *reasoning() const { return m_reasoning; }
    /// Turns the text into an editor; Ctrl+Enter or Save emits `edited`, Esc leaves it.
    void startEditing();
    bool isEditing() const { return m_editor != nullptr; }

signals:
    void copyRequested(qint64 message);
    void regenerateRequested(qint64 message);
    void edited(qint64 message, const QString &text);
    void forkRequested(qint64 message);
    void deleteRequested(qint64 message);
    void continueRequested(qint64 message);
    void shiftRequested(qint64 message);
    void contextRequested(qint64 message, int tokens);
    void versionRequested(qint64 message, int by);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QHBoxLayout *buildHeader();
    QHBoxLayout *buildFooter();
    QHBoxLayout *buildFailedRow();
    void buildPager(QHBoxLayout *row);
    QToolButton *action(QHBoxLayout *row, const QString &name, const QString &icon, const QString &label);
    void nameActions(int number);
    void showState(const Answer &answer, const CardContext &context);
    void showFailedRow(const Answer &answer, const CardContext &context);
    void stopEditing();

    Role m_role;
    qint64 m_message = 0;
    QString m_text;
    QLabel *m_title;
    Chip *m_badge;
    Chip *m_stateChip;
    QLabel *m_stateText;
    QWidget *m_pager;
    QToolButton *m_previous;
    QToolButton *m_next;
    QLabel *m_versionText;
    ReasoningBlock *m_reasoning;
    MessageBody *m_body;
    QLabel *m_fault;
    QTableView *m_tokenView = nullptr;
    TokenTable *m_tokenTable = nullptr;
    ElidedLabel *m_figures; ///< the seed is last, and the first to be cut
    QLabel *m_notes;        ///< what must not be silent
    QWidget *m_failedRow;
    QPushButton *m_continueButton;
    QPushButton *m_regenerateButton;
    QPushButton *m_shiftButton;
    QPushButton *m_contextButton;
    QLabel *m_keptText;
    QList<QToolButton *> m_actions;
    QToolButton *m_regenerate = nullptr;
    QToolButton *m_continue = nullptr;
    QPlainTextEdit *m_editor = nullptr;
    QWidget *m_editRow = nullptr;
    int m_largerContext = 0;
};

/// "142 tokens/s · first token 0.09 s · 96 tokens · finished: end of text · seed 1234", in the user's locale.
QString figuresLine(const Answer &answer);

} // namespace lathe::desktop
