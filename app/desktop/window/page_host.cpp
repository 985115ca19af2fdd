// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/page_host.h"

#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QResizeEvent>
#include <QVBoxLayout>

namespace lathe::desktop {

constexpr int kLeftMin = 220, kLeftMax = 340, kRightMin = 288, kRightMax = 326;
constexpr int kComfortable = 760; // the text column of a conversation
constexpr int kLayoutVersion = 1;

PageHost::PageHost(const QString &id, QWidget *page, QWidget *left, QWidget *right, Settings *settings)
    : m_id(id), m_settings(settings)
{
    setWindowFlags(Qt::Widget);
    setObjectName(id + "Host");
    setDockOptions({});
    setCentralWidget(page);
    build(m_left, left, Qt::LeftDockWidgetArea, id + "LeftDock", kLeftMin, kLeftMax);
    build(m_right, right, Qt::RightDockWidgetArea, id + "RightDock", kRightMin, kRightMax);
    if (!restoreState(settings->layout(id), layoutVersion()) && m_left.dock && m_right.dock)
        resizeDocks({m_left.dock, m_right.dock}, {scaled(kLeftMin), scaled(kRightMin)}, Qt::Horizontal);
    const QByteArray chosen = settings->layout(id + "Panels");
    m_left.chosen = !chosen.startsWith('0');
    m_right.chosen = !chosen.endsWith('0');
    arrange();
}

int PageHost::layoutVersion() const
{
    return layoutDirection() == Qt::RightToLeft ? -kLayoutVersion : kLayoutVersion;
}

void PageHost::build(Side &side, QWidget *panel, Qt::DockWidgetArea area, const QString &name, int minWidth,
                     int maxWidth)
{
    if (!panel)
        return;
    side.panel = panel;
    side.dock = new QDockWidget(panel->accessibleName(), this);
    side.dock->setObjectName(name);
    side.dock->setFeatures(QDockWidget::NoDockWidgetFeatures);
    side.dock->setTitleBarWidget(new QWidget(side.dock));
    side.minWidth = minWidth;
    side.maxWidth = maxWidth;
    side.dock->setWidget(panel);
    // Docks have sides, not beginnings and ends.
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const auto other = area == Qt::LeftDockWidgetArea ? Qt::RightDockWidgetArea : Qt::LeftDockWidgetArea;
    addDockWidget(mirrored ? other : area, side.dock);
}

QSize PageHost::minimumSizeHint() const
{
    // Without the docks: they give way.
    return centralWidget()->minimumSizeHint();
}

void PageHost::setPanelsWanted(bool left, bool right)
{
    m_left.wanted = left;
    m_right.wanted = right;
    arrange();
}

bool PageHost::isShown(const Side &side)
{
    return side.panel && side.wanted && (side.folded ? side.overlay != nullptr : side.chosen);
}

void PageHost::toggle(Side &side)
{
    if (!side.panel || !side.wanted)
        return;
    if (side.folded) {
        if (side.overlay)
            hideOverlay(side);
        else
            showOverlay(side);
        emit panelsChanged();
        return;
    }
    side.chosen = !side.chosen;
    arrange();
}

void PageHost::showOverlay(Side &side)
{
    side.overlay = roleFrame("card", this);
    side.overlay->setObjectName(side.dock->objectName() + "Overlay");
    side.overlay->setAutoFillBackground(true);
    auto *column = new QVBoxLayout(side.overlay);
    column->setContentsMargins(1, 1, 1, 1);
    column->addWidget(side.panel);
    place(side);
    side.overlay->show();
    side.panel->show();
    side.overlay->raise();
    side.panel->setFocus();
}

void PageHost::hideOverlay(Side &side)
{
    if (!side.overlay)
        return;
    side.dock->setWidget(side.panel);
    side.overlay->deleteLater();
    side.overlay = nullptr;
}

void PageHost::place(Side &side)
{
    if (!side.overlay)
        return;
    const int wide = std::max(side.panel->minimumWidth(), side.panel->sizeHint().width());
    const bool atLeft = (&side == &m_left) == (layoutDirection() == Qt::LeftToRight);
    side.overlay->setGeometry(atLeft ? 0 : width() - wide, 0, wide, height());
}

void PageHost::arrange()
{
    for (Side *side : {&m_left, &m_right}) {
        if (!side->panel)
            continue;
        side->panel->setMinimumWidth(scaled(side->minWidth));
        side->panel->setMaximumWidth(scaled(side->maxWidth));
    }
    const auto need = [](const Side &side) {
        return side.panel && side.chosen && side.wanted ? side.panel->minimumWidth() : 0;
    };
    const int page = centralWidget()->minimumSizeHint().width();
    m_right.folded = width() < page + need(m_left) + need(m_right);
    // Where there is room for one panel only, the page has its comfortable width before the left one has its
    // own.
    m_left.folded = m_right.folded && width() < std::max(page, scaled(kComfortable)) + need(m_left);
    for (Side *side : {&m_left, &m_right}) {
        if (!side->panel)
            continue;
        if (!side->folded || !side->wanted)
            hideOverlay(*side);
        side->dock->setVisible(side->chosen && side->wanted && !side->folded);
        place(*side);
    }
    emit panelsChanged();
}

void PageHost::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    arrange();
}

bool PageHost::event(QEvent *event)
{
    const bool handled = QMainWindow::event(event);
    if (event->type() == QEvent::LayoutRequest)
        arrange();
    return handled;
}

void PageHost::saveLayout()
{
    m_settings->setLayout(m_id, saveState(layoutVersion()));
    m_settings->setLayout(m_id + "Panels",
                          QByteArray(m_left.chosen ? "1" : "0") + (m_right.chosen ? "1" : "0"));
}

} // namespace lathe::desktop
