// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/style/parts.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyle>

namespace lathe::desktop {

QString spoken(const QString &label)
{
    QString name = label;
    name.remove('&').remove(QChar(0x2026));
    return name.trimmed();
}

Chip::Chip(QWidget *parent) : QFrame(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QFont Chip::boldFont() const
{
    QFont font = textFont(TextSize::Caption);
    font.setWeight(QFont::DemiBold);
    return font;
}

void Chip::show(Tone tone, const QString &iconName, const QString &text)
{
    m_tone = tone;
    m_icon = iconName;
    m_text = text;
    setAccessibleName(m_spokenName.isEmpty() ? text : m_spokenName);
    updateGeometry();
    update();
}

void Chip::setSpokenName(const QString &name)
{
    m_spokenName = name;
    setAccessibleName(name);
}

void Chip::setClickable(bool clickable)
{
    m_clickable = clickable;
    setFocusPolicy(clickable ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(clickable ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

QSize Chip::sizeHint() const
{
    const QFontMetrics metrics(boldFont());
    const int iconWidth = m_icon.isEmpty() ? 0 : scaled(14) + scaled(5);
    return {metrics.horizontalAdvance(m_text) + iconWidth + 2 * scaled(7), metrics.height() + scaled(5)};
}

void Chip::setElided(bool elided)
{
    m_elided = elided;
    setSizePolicy(elided ? QSizePolicy::Preferred : QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize Chip::minimumSizeHint() const
{
    const QSize whole = sizeHint();
    return m_elided ? QSize(std::min(whole.width(), scaled(96)), whole.height()) : whole;
}

void Chip::paintEvent(QPaintEvent *)
{
    const Tokens &tokens = tokensFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tokens.tint(m_tone));
    painter.drawRoundedRect(rect(), 4, 4);
    QRect inner = rect().adjusted(scaled(7), 0, -scaled(7), 0);
    if (!m_icon.isEmpty()) {
        const int side = scaled(14);
        const QRect iconRect =
            QStyle::alignedRect(layoutDirection(), Qt::AlignLeft | Qt::AlignVCenter, {side, side}, inner);
        icon(m_icon, m_tone).paint(&painter, iconRect);
        if (layoutDirection() == Qt::LeftToRight)
            inner.setLeft(iconRect.right() + 1 + scaled(5));
        else
            inner.setRight(iconRect.left() - 1 - scaled(5));
    }
    painter.setFont(boldFont());
    painter.setPen(tokens.ink(m_tone));
    // "#" belongs before its digits in each direction of reading.
    const int direction = m_text.startsWith(u'#') ? Qt::TextForceLeftToRight : 0;
    const QString text = m_elided && width() < sizeHint().width()
                             ? painter.fontMetrics().elidedText(m_text, Qt::ElideRight, inner.width())
                             : m_text;
    painter.drawText(inner, int(Qt::AlignVCenter | Qt::AlignLeading) | direction, text);
}

void Chip::keyPressEvent(QKeyEvent *event)
{
    if (m_clickable &&
        (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        emit clicked();
    else
        QFrame::keyPressEvent(event);
}

void Chip::mouseReleaseEvent(QMouseEvent *event)
{
    if (m_clickable && event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        emit clicked();
}

ElidedLabel::ElidedLabel(Qt::TextElideMode mode, QWidget *parent) : QLabel(parent), m_mode(mode)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setTextFormat(Qt::PlainText);
}

void ElidedLabel::setFullText(const QString &text)
{
    m_text = text;
    setText(text); // for who asks a label; what is painted may be shorter
    setAccessibleName(text);
    setToolTip(text);
    updateGeometry();
    update();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 8, fontMetrics().height()};
}

QSize ElidedLabel::sizeHint() const
{
    const QMargins margins = contentsMargins();
    return {fontMetrics().horizontalAdvance(m_text) + 2 + margins.left() + margins.right(),
            fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(contentsRect(), int(alignment()),
                     fontMetrics().elidedText(m_text, m_mode, contentsRect().width()));
}

IconLabel::IconLabel(int sideAt100, QWidget *parent) : QWidget(parent), m_side(sideAt100)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void IconLabel::set(const QString &iconName, Tone tone)
{
    m_icon = iconName;
    m_tone = tone;
    update();
}

QSize IconLabel::sizeHint() const
{
    return {scaled(m_side), scaled(m_side)};
}

void IconLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    icon(m_icon, m_tone).paint(&painter, rect());
}

void setRole(QWidget *widget, const char *role)
{
    if (widget->property("role").toByteArray() == role)
        return;
    widget->setProperty("role", role);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

QLabel *roleLabel(const char *role, const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setProperty("role", role);
    return label;
}

QFrame *roleFrame(const char *role, QWidget *parent)
{
    auto *frame = new QFrame(parent);
    frame->setProperty("role", role);
    return frame;
}

QFrame *separatorLine(QWidget *parent)
{
    QFrame *line = roleFrame("line", parent);
    line->setFixedHeight(1);
    return line;
}

QPushButton *textButton(const QString &objectName, const QString &iconName, const QString &label,
                        QWidget *parent)
{
    auto *button = new QPushButton(label, parent);
    if (!iconName.isEmpty())
        button->setIcon(icon(iconName));
    button->setObjectName(objectName);
    button->setAccessibleName(spoken(label));
    button->setAutoDefault(false);
    return button;
}

QPushButton *primaryButton(const QString &objectName, const QString &iconName, const QString &label,
                           QWidget *parent)
{
    QPushButton *button = textButton(objectName, QString(), label, parent);
    if (!iconName.isEmpty())
        button->setIcon(icon(iconName, Tone::OnAccent));
    button->setProperty("primary", true);
    return button;
}

IconButton::IconButton(QWidget *parent) : QToolButton(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize IconButton::sizeHint() const
{
    return {scaled(26), scaled(26)};
}

QToolButton *iconButton(const QString &objectName, const QString &iconName, const QString &name,
                        QWidget *parent)
{
    auto *button = new IconButton(parent);
    button->setObjectName(objectName);
    button->setIcon(icon(iconName));
    button->setAccessibleName(name);
    button->setToolTip(name);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace lathe::desktop
