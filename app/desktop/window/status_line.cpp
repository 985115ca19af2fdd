// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/status_line.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QProgressBar>

namespace lathe::desktop {

StatusLine::StatusLine(QWidget *parent) : QStatusBar(parent)
{
    setObjectName("statusLine");
    setAccessibleName(tr("Status"));
    setSizeGripEnabled(false);
    m_engineIcon = new IconLabel(14);
    setContentsMargins(8, 0, 10, 0);
    m_engine = new QLabel;
    m_engine->setObjectName("statusEngine");
    m_line = roleFrame("line");
    m_line->setFixedSize(1, scaled(16));
    m_job = new ElidedLabel;
    m_job->setObjectName("statusJob");
    m_bar = new QProgressBar;
    m_bar->setObjectName("statusJobBar");
    m_bar->setFixedSize(scaled(140), scaled(10));
    m_bar->setTextVisible(false);
    m_percent = new QLabel;
    m_percent->setObjectName("statusJobPercent");
    m_cancel = iconButton("statusJobCancel", "stop", tr("Cancel the work"));
    connect(m_cancel, &QToolButton::clicked, this, &StatusLine::cancelJob);
    m_note = new ElidedLabel;
    m_note->setObjectName("statusNote");
    setRole(m_note, "caption");
    // Docks have sides, not beginnings and ends: the picture follows the side that the panel is on.
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    m_leftPanel =
        iconButton("statusLeftPanel", mirrored ? "panel_right" : "panel_left", tr("Show the left panel"));
    m_rightPanel =
        iconButton("statusRightPanel", mirrored ? "panel_left" : "panel_right", tr("Show the right panel"));
    m_leftPanel->setCheckable(true);
    m_rightPanel->setCheckable(true);
    connect(m_leftPanel, &QToolButton::clicked, this, &StatusLine::leftPanelClicked);
    connect(m_rightPanel, &QToolButton::clicked, this, &StatusLine::rightPanelClicked);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_leftPanel, m_engineIcon, m_engine, m_line,
                                                            m_job, m_bar, m_percent, m_cancel})
        addWidget(widget);
    addPermanentWidget(m_note);
    addPermanentWidget(m_rightPanel);
    connect(this, &QStatusBar::messageChanged, this, [this](const QString &text) {
        if (text.isEmpty())
            m_leftPanel->setVisible(m_hasPanels);
    });
    setPanels(false, false, false);
    setEngine(EngineClient::State::Dead);
    setJob({});
}

void StatusLine::setEngine(EngineClient::State state)
{
    struct Look {
        EngineClient::State state;
        const char *icon;
        Tone tone;
        QString text;
    };
    const Look looks[] = {{EngineClient::State::Starting, "again", Tone::Muted, tr("Starting the engine")},
                          {EngineClient::State::Ready, "check", Tone::Good, tr("Engine ready")},
                          {EngineClient::State::Dead, "error", Tone::Bad, tr("Engine stopped")}};
    for (const Look &look : looks) {
        if (look.state != state)
            continue;
        m_engine->setText(look.text);
        m_engine->setAccessibleName(look.text);
        m_engineIcon->set(look.icon, look.tone);
    }
}

void StatusLine::setJob(const QString &text, double fraction)
{
    const bool working = !text.isEmpty();
    const bool known = working && fraction >= 0;
    m_job->setFullText(text);
    m_job->setVisible(working);
    m_line->setVisible(working);
    m_cancel->setVisible(working);
    m_bar->setVisible(working);
    m_percent->setVisible(known);
    m_bar->setRange(0, known ? 1000 : 0);
    if (known)
        m_bar->setValue(int(1000 * fraction));
    m_bar->setAccessibleName(text);
    m_percent->setText(numbers::percent(fraction));
    m_cancel->setAccessibleName(tr("Cancel job %1").arg(text));
    m_cancel->setToolTip(m_cancel->accessibleName());
}

void StatusLine::setText(const QString &text)
{
    setJob(text);
    m_bar->hide();
}

void StatusLine::setPanels(bool any, bool leftShown, bool rightShown)
{
    m_hasPanels = any;
    if (currentMessage().isEmpty()) // which covers the left side
        m_leftPanel->setVisible(any);
    m_rightPanel->setVisible(any);
    m_leftPanel->setChecked(leftShown);
    m_rightPanel->setChecked(rightShown);
}

void StatusLine::setNote(const QString &note)
{
    m_note->setFullText(note);
}

} // namespace lathe::desktop
