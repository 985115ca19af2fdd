// SPDX-License-Identifier: GPL-3.0-or-later
#include "accessible_walk.h"

#include "app/desktop/style/parts.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QLabel>
#include <QMap>
#include <QRadioButton>
#include <QToolButton>

namespace lathe::desktop {

static bool isPartOfQt(const QWidget *widget)
{
    return widget->objectName().startsWith("qt_");
}

static QString described(const QWidget *widget)
{
    return QStringLiteral("%1 “%2”").arg(widget->metaObject()->className(), widget->objectName());
}

QList<QWidget *> focusableWidgets(const QWidget *window)
{
    QList<QWidget *> found;
    for (QWidget *widget : window->findChildren<QWidget *>()) {
        if (widget->isVisible() && widget->focusPolicy() & Qt::TabFocus && !widget->focusProxy() &&
            widget->window() == window && !isPartOfQt(widget))
            found.append(widget);
    }
    return found;
}

QStringList accessibilityFaults(const QWidget *window)
{
    QStringList faults;
    QMap<QString, int> names;
    for (QWidget *widget : focusableWidgets(window)) {
        QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(widget);
        const QString who = described(widget);
        if (widget->objectName().isEmpty())
            faults.append(who + " has no object name");
        else if (++names[widget->objectName()] > 1)
            faults.append(who + " is not the only one of that name");
        if (!accessible || accessible->text(QAccessible::Name).trimmed().isEmpty())
            faults.append(who + " has no accessible name");
        else if (accessible->role() == QAccessible::NoRole)
            faults.append(who + " has no role");
        auto *button = qobject_cast<QAbstractButton *>(widget);
        const auto *tool = qobject_cast<QToolButton *>(widget);
        const bool iconOnly =
            button && !button->icon().isNull() &&
            (button->text().isEmpty() || (tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly));
        if (iconOnly && button->toolTip().isEmpty())
            faults.append(who + " has only an icon and no tooltip");
        if (iconOnly && (button->width() < 26 || button->height() < 26))
            faults.append(who + " is smaller than 26×26");
    }
    for (const QLabel *label : window->findChildren<QLabel *>()) {
        if (!label->isVisible() || !label->buddy() || label->property("role") == "caption")
            continue;
        if (!label->buddy()->accessibleName().startsWith(spoken(label->text())))
            faults.append(described(label->buddy()) + " is not named as its label: " + label->text());
    }
    return faults;
}

QStringList clippedTexts(const QWidget *window)
{
    QStringList faults;
    const auto judge = [&](const QWidget *widget, const QString &text) {
        const bool clipped = widget->width() < widget->sizeHint().width() && !text.isEmpty();
        const bool outside =
            !window->rect().intersects(QRect(widget->mapTo(window, QPoint()), widget->size()));
        if (clipped && !outside)
            faults.append(QStringLiteral("%1: “%2” is %3 px wide and needs %4")
                              .arg(described(widget), text)
                              .arg(widget->width())
                              .arg(widget->sizeHint().width()));
    };
    for (const QWidget *widget : window->findChildren<QWidget *>()) {
        if (!widget->isVisible() || isPartOfQt(widget))
            continue;
        if (const auto *elided = qobject_cast<const ElidedLabel *>(widget)) {
            if (elided->width() < elided->sizeHint().width() && elided->toolTip() != elided->fullText())
                faults.append(described(elided) + " elides without a tooltip");
        } else if (const auto *label = qobject_cast<const QLabel *>(widget)) {
            if (!label->wordWrap())
                judge(label, label->text());
            else if (label->height() < label->heightForWidth(label->width()))
                faults.append(described(label) + " is cut off below: " + label->text());
        } else if (const auto *button = qobject_cast<const QAbstractButton *>(widget)) {
            judge(button, button->text());
        } else if (const auto *chip = qobject_cast<const Chip *>(widget)) {
            if (!chip->isElided() || !chip->toolTip().contains(chip->text()))
                judge(chip, chip->text());
        }
    }
    return faults;
}

} // namespace lathe::desktop
