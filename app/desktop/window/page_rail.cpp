// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/page_rail.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QEvent>
#include <QToolButton>

namespace lathe::desktop {

PageRail::PageRail(QWidget *parent) : QToolBar(tr("Pages"), parent), m_group(new QActionGroup(this))
{
    setObjectName("pageRail");
    setAccessibleName(tr("Pages"));
    setOrientation(Qt::Vertical);
    setMovable(false);
    setFloatable(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    m_group->setExclusive(true);
    auto *gap = new QWidget(this);
    gap->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    m_gap = addWidget(gap);
    applySizes();
}

void PageRail::addPage(QAction *action, bool bottom)
{
    action->setCheckable(true);
    m_group->addAction(action);
    if (bottom)
        addAction(action);
    else
        insertAction(m_gap, action);
    auto *button = qobject_cast<QToolButton *>(widgetForAction(action));
    button->setObjectName(action->objectName() + "Button");
    button->setAccessibleName(tr("%1 page").arg(spoken(action->text())));
    button->setFocusPolicy(Qt::StrongFocus);
    button->setMinimumWidth(scaled(66));
    // The icon of the chosen page is drawn in the accent, as its text is.
    const QString name = action->data().toString();
    const auto paint = [action, name] {
        action->setIcon(icon(name, action->isChecked() ? Tone::Accent : Tone::Muted));
    };
    connect(action, &QAction::toggled, this, paint);
    paint();
}

void PageRail::applySizes()
{
    setIconSize({scaled(20), scaled(20)});
    setFixedWidth(scaled(72));
    for (QAction *action : m_group->actions())
        widgetForAction(action)->setMinimumWidth(scaled(66));
}

void PageRail::changeEvent(QEvent *event)
{
    QToolBar::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange)
        applySizes();
}

} // namespace lathe::desktop
