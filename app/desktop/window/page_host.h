// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings/settings.h"

#include <QDockWidget>
#include <QFrame>
#include <QMainWindow>

namespace lathe::desktop {

/// A page with its side panels in docks, whose layout is kept per page. Where the page's own minimum width no
/// longer fits, the right and then the left panel fold away; asked for by its key, a folded panel lies over
/// the page.
class PageHost : public QMainWindow
{
    Q_OBJECT
public:
    /// `left` and `right` may be null. `id` names the docks and the stored layout ("chat").
    PageHost(const QString &id, QWidget *page, QWidget *left, QWidget *right, Settings *settings);

    QWidget *page() const { return centralWidget(); }
    QWidget *leftPanel() const { return m_left.panel; }
    QWidget *rightPanel() const { return m_right.panel; }
    void toggleLeft() { toggle(m_left); }
    void toggleRight() { toggle(m_right); }
    /// Hides the panels while there is nothing they could be about (no model is open).
    void setPanelsWanted(bool left, bool right);
    void saveLayout();
    bool hasPanels() const { return (m_left.panel && m_left.wanted) || (m_right.panel && m_right.wanted); }
    bool isLeftShown() const { return isShown(m_left); }
    bool isRightShown() const { return isShown(m_right); }

    QSize minimumSizeHint() const override;

signals:
    /// A panel came or went, by the user or for want of room.
    void panelsChanged();

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Side {
        QDockWidget *dock = nullptr;
        QWidget *panel = nullptr;
        int minWidth = 0, maxWidth = 0; ///< of the panel, at 100 %
        QFrame *overlay = nullptr;      ///< holds the panel while it lies over the page
        bool chosen = true;             ///< the user wants to see it
        bool wanted = true;             ///< the page has something to show in it
        bool folded = false;            ///< there is no room
    };

    void build(Side &side, QWidget *panel, Qt::DockWidgetArea area, const QString &name, int minWidth,
               int maxWidth);
    /// Of the stored layout: one written for the other direction of reading does not count.
    int layoutVersion() const;
    static bool isShown(const Side &side);
    void toggle(Side &side);
    void showOverlay(Side &side);
    void hideOverlay(Side &side);
    void arrange();
    void place(Side &side);

    QString m_id;
    Settings *m_settings;
    Side m_left, m_right;
};

} // namespace lathe::desktop
