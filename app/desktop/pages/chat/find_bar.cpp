// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/find_bar.h"

#include "app/desktop/pages/chat/transcript.h"
#include "app/desktop/style/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>

namespace lathe::desktop {

FindBar::FindBar(Transcript *transcript, QWidget *parent) : QFrame(parent), m_transcript(transcript)
{
    setObjectName(QStringLiteral("chatFindBar"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(scaled(16), scaled(6), scaled(16), 0);
    row->setSpacing(scaled(6));
    m_text = new QLineEdit;
    m_text->setObjectName(QStringLiteral("chatFind"));
    m_text->setAccessibleName(tr("Find in conversation"));
    m_text->setPlaceholderText(tr("Find in conversation"));
    m_text->installEventFilter(this);
    m_count = roleLabel("caption");
    m_count->setObjectName(QStringLiteral("chatFindCount"));
    auto *previous = iconButton(QStringLiteral("chatFindPrev"), QStringLiteral("left"), tr("Previous place"));
    auto *next = iconButton(QStringLiteral("chatFindNext"), QStringLiteral("right"), tr("Next place"));
    auto *done = iconButton(QStringLiteral("chatFindClose"), QStringLiteral("close"), tr("Close find"));
    row->addWidget(m_text, 1);
    row->addWidget(m_count);
    row->addWidget(previous);
    row->addWidget(next);
    row->addWidget(done);
    connect(m_text, &QLineEdit::textChanged, this, [this] {
        m_current = 0;
        find(0);
    });
    connect(previous, &QToolButton::clicked, this, [this] { find(-1); });
    connect(next, &QToolButton::clicked, this, [this] { find(1); });
    connect(done, &QToolButton::clicked, this, &FindBar::close);
    hide();
}

void FindBar::open()
{
    show();
    m_text->setFocus();
    m_text->selectAll();
    find(0);
}

void FindBar::close()
{
    m_transcript->find({}, -1);
    hide();
}

void FindBar::find(int by)
{
    const QString text = m_text->text();
    const int total = m_transcript->find(text, -1);
    m_current = total > 0 ? (m_current + by + total) % total : 0;
    m_transcript->find(text, total > 0 ? m_current : -1);
    m_count->setText(text.isEmpty() ? QString()
                     : total == 0   ? tr("Not found")
                                    : tr("%1 of %2").arg(m_current + 1).arg(total));
}

bool FindBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride)
        return QFrame::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (!enter && key->key() != Qt::Key_Escape)
        return QFrame::eventFilter(watched, event);
    if (event->type() == QEvent::ShortcutOverride)
        event->accept(); // before Esc means Stop
    else if (enter)
        find(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
    else
        close();
    return true;
}

} // namespace lathe::desktop
