// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;

namespace lathe::desktop {

class Transcript;

/// Find in the conversation: Enter and Shift+Enter walk the places, Esc closes.
class FindBar : public QFrame
{
    Q_OBJECT
public:
    explicit FindBar(Transcript *transcript, QWidget *parent = nullptr);

    void open();
    void close();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void find(int by);

    Transcript *m_transcript;
    QLineEdit *m_text;
    QLabel *m_count;
    int m_current = 0;
};

} // namespace lathe::desktop
