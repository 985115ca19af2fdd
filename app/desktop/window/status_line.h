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
/// of the page at the right.
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

signals:
    void cancelJob();

private:
    IconLabel *m_engineIcon;
    QLabel *m_engine, *m_percent;
    QFrame *m_line; ///< between the engine and the job
    ElidedLabel *m_job, *m_note;
    QProgressBar *m_bar;
    QToolButton *m_cancel;
};

} // namespace lathe::desktop
