// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/chat/chat_controller.h"
#include "app/desktop/pages/chat/message_card.h"

#include <QScrollArea>

class QProgressBar;
class QVBoxLayout;

namespace lathe::desktop {

/// The conversation on screen: a card per shown message, the loading bar, the empty state. Follows the end
/// unless it was scrolled up; then "Newest ↓" leads back.
class Transcript : public QScrollArea
{
    Q_OBJECT
public:
    Transcript(ChatController *controller, Settings *settings, QWidget *parent = nullptr);

    MessageCard *cardOf(qint64 message) const;
    const QList<MessageCard *> &cards() const { return m_cards; }
    void setShowTokens(bool show);
    /// Marks `text` in all cards and shows the `current`-th place (counted over all). Returns how many there
    /// are.
    int find(const QString &text, int current);
    bool isFollowing() const { return m_follow; }
    void followEnd();
    /// The stage of a model being loaded: fraction 0…1 or −1, seconds left or −1.
    void showLoading(const QString &stage, double fraction, double secondsLeft);

signals:
    /// A sample prompt of the empty state was chosen.
    void sampleChosen(const QString &prompt);
    void copyRequested(qint64 message);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *buildEmptyState();
    QWidget *buildLoading();
    void buildNewest();
    void rebuild();
    void refresh();
    void refreshMessage(qint64 chat, qint64 message);
    void displayCard(MessageCard *card, qint64 message, int number);
    MessageCard *makeCard(Role role);
    void scrolled();
    void placeNewest();
    void announce(qint64 chat, qint64 message);
    void announceSentences(const ChatMessage &message);
    static void alert(MessageCard *card, const QString &text);

    ChatController *m_controller;
    Settings *m_settings;
    QWidget *m_column;
    QVBoxLayout *m_layout;
    QWidget *m_empty;
    QWidget *m_loading;
    QLabel *m_loadingText;
    QProgressBar *m_loadingBar;
    QPushButton *m_newest;
    QList<MessageCard *> m_cards;
    bool m_showTokens = false;
    bool m_follow = true;
    qint64 m_announcedMessage = 0;
    qsizetype m_announced = 0; ///< characters of it that were read out
};

} // namespace lathe::desktop
