// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/engine_client/engine_client.h"

#include <QStatusBar>

class QFrame;
class QLabel;
class QProgressBar;
class QToolButton;

namespace lathe::desktop {

class ElidedLabel;
class IconLabel;

/// The line at the bottom: state of the engine, the work under way with a bar and a cancel button, and a note
/// of the page at the right; in its corners the buttons of the side panels.
class StatusLine : public QStatusBar
{
    Q_OBJECT
public:
    explicit StatusLine(QWidget *parent = nullptr);

    void setEngine(EngineClient::State state);
    /// The work under way; `fraction` below 0: not known. An empty text takes it away.
    void setJob(const QString &text, double fraction = -1);
    /// The work under way without a bar: its end is not known.
    void setText(const QString &text);
    void setNote(const QString &note);
    /// The buttons in the corners that show or hide the side panels; hidden where a page has none.
    void setPanels(bool any, bool leftShown, bool rightShown);

signals:
    void cancelJob();
    void leftPanelClicked();
    void rightPanelClicked();

private:
    IconLabel *m_engineIcon;
    QLabel *m_engine, *m_percent;
    QFrame *m_line; ///< between the engine and the job
    ElidedLabel *m_job, *m_note;
    QProgressBar *m_bar;
    QToolButton *m_cancel, *m_leftPanel, *m_rightPanel;
    bool m_hasPanels = false;
};

} // namespace lathe::desktop
