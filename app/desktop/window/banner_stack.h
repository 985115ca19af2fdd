// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/window/message.h"

#include <QFrame>
#include <QList>

class QLabel;
class QPushButton;
class QToolButton;

namespace lathe::desktop {

class IconLabel;

/// The messages under the header: one is seen at a time, further ones are counted ("1 of 3"). A new message
/// raises an accessibility alert and leaves the focus where it was. Bad ones come before warnings, warnings
/// before notes.
class BannerStack : public QFrame
{
    Q_OBJECT
public:
    explicit BannerStack(QWidget *parent = nullptr);

    /// Adds a message, or replaces the one with the same id.
    void post(const Message &message);
    /// Takes a message away, because its cause is gone.
    void withdraw(const QString &id);
    /// Closes the message that is seen.
    void closeFront();
    bool isEmpty() const { return m_messages.isEmpty(); }
    const QList<Message> &messages() const { return m_messages; }

private:
    void showFront();
    void fill(const Message &message);

    QList<Message> m_messages; ///< the first one is seen
    QFrame *m_frame;
    IconLabel *m_icon;
    QLabel *m_title, *m_text, *m_count;
    QList<QPushButton *> m_buttons;
    QToolButton *m_close;
};

} // namespace lathe::desktop
