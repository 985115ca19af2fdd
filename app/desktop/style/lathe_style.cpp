// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/style/lathe_style.h"

#include "app/desktop/style/theme.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QLineEdit>
#include <QPainter>
#include <QStyleOption>

namespace lathe::desktop {

static void outline(QPainter *painter, const QRect &rect, const QColor &color, qreal width = 1,
                    qreal radius = 2.5)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(color, width));
    const qreal inset = width / 2;
    painter->drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), radius, radius);
    painter->restore();
}

static void primaryPanel(QPainter *painter, const QStyleOption *option, const Tokens &tokens)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    const bool pressed = option->state & (QStyle::State_Sunken | QStyle::State_MouseOver);
    painter->setBrush(pressed ? tokens.accent.darker(tokens.dark ? 108 : 112) : tokens.accent);
    painter->drawRoundedRect(option->rect, 3, 3);
    painter->restore();
}

/// The outline that a primitive gets over Fusion's own; a radius below 0: none.
static qreal outlineRadius(QStyle::PrimitiveElement element, const QStyleOption *option)
{
    switch (element) {
    case QStyle::PE_FrameLineEdit:
    case QStyle::PE_PanelButtonCommand:
        return 2.5;
    case QStyle::PE_IndicatorCheckBox:
        return 2;
    case QStyle::PE_IndicatorRadioButton:
        return option->rect.height() / 2.0;
    default:
        return -1;
    }
}

LatheStyle::LatheStyle() : QProxyStyle(QStringLiteral("fusion")) {}

void LatheStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                               const QWidget *widget) const
{
    const Tokens &tokens = tokensFor(option->palette);
    const bool enabled = option->state & State_Enabled;
    if (element == PE_PanelButtonCommand && enabled && widget && widget->property("primary").toBool()) {
        primaryPanel(painter, option, tokens);
        return;
    }
    if (element == PE_IndicatorDockWidgetResizeHandle) {
        painter->fillRect(QRect(option->rect.center().x(), option->rect.top(), 1, option->rect.height()),
                          tokens.border);
        return;
    }
    if (element == PE_FrameFocusRect && !qobject_cast<const QAbstractItemView *>(widget))
        return; // the ring around the widget (CE_FocusFrame) says it
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (const qreal radius = outlineRadius(element, option); radius >= 0)
        outline(painter, option->rect, enabled ? tokens.control : tokens.border, 1, radius);
}

/// Qt 6.4 puts the text of a button with an icon at the far side where reading goes from right to left.
void LatheStyle::drawButtonLabel(const QStyleOptionButton &button, QPainter *painter,
                                 const QWidget *widget) const
{
    if (button.direction == Qt::LeftToRight || button.icon.isNull() || button.text.isEmpty()) {
        QProxyStyle::drawControl(CE_PushButtonLabel, &button, painter, widget);
        return;
    }
    constexpr int kGap = 4; // as Qt's
    const bool enabled = button.state & State_Enabled;
    QRect room = button.rect;
    if (button.features & QStyleOptionButton::HasMenu)
        room.setLeft(room.left() + pixelMetric(PM_MenuButtonIndicator, &button, widget));
    const int wide =
        button.iconSize.width() + kGap + button.fontMetrics.size(Qt::TextShowMnemonic, button.text).width();
    const int right = room.center().x() + wide / 2;
    const QRect picture(
        QPoint(right - button.iconSize.width(), room.center().y() - button.iconSize.height() / 2),
        button.iconSize);
    button.icon.paint(painter, picture, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
    room.setRight(picture.left() - kGap);
    drawItemText(painter, room, Qt::AlignRight | Qt::AlignAbsolute | Qt::AlignVCenter | Qt::TextShowMnemonic,
                 button.palette, enabled, button.text, QPalette::ButtonText);
}

void LatheStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                             const QWidget *widget) const
{
    const Tokens &tokens = tokensFor(option->palette);
    if (element == CE_FocusFrame) {
        outline(painter, option->rect, tokens.accent, 2, 4);
        return;
    }
    if (element == CE_ProgressBarLabel)
        return;
    if (element == CE_PushButtonLabel && widget && widget->property("primary").toBool() &&
        option->state & State_Enabled) {
        QStyleOptionButton label(*qstyleoption_cast<const QStyleOptionButton *>(option));
        label.palette.setColor(QPalette::ButtonText, tokens.onAccent);
        drawButtonLabel(label, painter, widget);
        return;
    }
    if (const auto *label = qstyleoption_cast<const QStyleOptionButton *>(option);
        label && element == CE_PushButtonLabel) {
        drawButtonLabel(*label, painter, widget);
        return;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
    const auto *area = qobject_cast<const QAbstractScrollArea *>(widget);
    const bool text = area && (area->inherits("QPlainTextEdit") || area->inherits("QTextEdit"));
    if (element == CE_ShapedFrame && text && area->frameShape() == QFrame::StyledPanel)
        outline(painter, option->rect, option->state & State_Enabled ? tokens.control : tokens.border);
    if (element == CE_ProgressBarGroove)
        outline(painter, option->rect, tokens.control);
}

void LatheStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                                    QPainter *painter, const QWidget *widget) const
{
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    if (control == CC_ComboBox || control == CC_SpinBox) {
        const Tokens &tokens = tokensFor(option->palette);
        outline(painter, option->rect, option->state & State_Enabled ? tokens.control : tokens.border);
    }
}

QSize LatheStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                   const QWidget *widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    if (type == CT_PushButton)
        result.rwidth() += scaled(12); // Fusion's labels touch their frame
    if (type == CT_PushButton || type == CT_LineEdit || type == CT_ComboBox || type == CT_SpinBox)
        result.setHeight(std::max(result.height(), scaled(28)));
    return result;
}

void LatheStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (auto *edit = qobject_cast<QLineEdit *>(widget);
        edit && edit->hasFrame() && !edit->parentWidget()->inherits("QAbstractSpinBox"))
        edit->setTextMargins(3, 0, 3, 0);         // Fusion's text touches its frame
    if (qobject_cast<QAbstractSpinBox *>(widget)) // its hint is made from its inner line edit alone
        widget->setMinimumHeight(scaled(28));
}

int LatheStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    // The ring is 2 px wide and leaves 1 px free.
    if (metric == PM_FocusFrameHMargin || metric == PM_FocusFrameVMargin)
        return 3;
    if (metric == PM_ButtonIconSize || metric == PM_SmallIconSize)
        return scaled(16);
    return QProxyStyle::pixelMetric(metric, option, widget);
}

int LatheStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                          QStyleHintReturn *returned) const
{
    if (hint == SH_FocusFrame_AboveWidget)
        return 1;
    if (hint == SH_ToolTip_WakeUpDelay)
        return 600;
    return QProxyStyle::styleHint(hint, option, widget, returned);
}

} // namespace lathe::desktop
