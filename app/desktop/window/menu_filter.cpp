// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/menu_filter.h"

#include "app/desktop/style/theme.h"

#include <QLineEdit>
#include <QMenu>
#include <QTimer>
#include <QVBoxLayout>
#include <QWidgetAction>

namespace lathe::desktop {

namespace {

constexpr auto kMark = "filtered", kAlways = "shownUnfiltered";

void filter(QMenu *menu, const QString &text)
{
    const QList<QAction *> actions = menu->actions();
    for (QAction *action : actions)
        if (action->property(kMark).toBool())
            action->setVisible(text.isEmpty() ? action->property(kAlways).toBool()
                                              : action->text().contains(text, Qt::CaseInsensitive));
}

void takeFirst(QMenu *menu)
{
    const QList<QAction *> actions = menu->actions();
    for (QAction *action : actions) {
        if (!action->property(kMark).toBool() || !action->isVisible())
            continue;
        menu->close();
        action->trigger();
        return;
    }
}

} // namespace

void addMenuFilter(QMenu *menu, const QString &objectName, const QString &label)
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(scaled(6), scaled(4), scaled(6), scaled(4));
    auto *field = new QLineEdit;
    field->setObjectName(objectName);
    field->setAccessibleName(label);
    field->setPlaceholderText(label);
    field->setClearButtonEnabled(true);
    column->addWidget(field);
    auto *holder = new QWidgetAction(menu);
    holder->setDefaultWidget(box);
    menu->addAction(holder);
    QObject::connect(field, &QLineEdit::textChanged, menu,
                     [menu](const QString &text) { filter(menu, text); });
    QObject::connect(field, &QLineEdit::returnPressed, menu, [menu] { takeFirst(menu); });
    // The menu takes the focus when it opens.
    QTimer::singleShot(0, field, [field] { field->setFocus(Qt::PopupFocusReason); });
}

void markFiltered(QMenu *menu, bool always)
{
    QAction *action = menu->actions().constLast();
    action->setProperty(kMark, true);
    action->setProperty(kAlways, always);
    action->setVisible(always);
}

} // namespace lathe::desktop
