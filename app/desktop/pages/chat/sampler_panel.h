// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/chat/chat_controller.h"

#include <QList>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;
class QToolButton;
class QVBoxLayout;

namespace lathe::desktop {

class PresetBox;
class SliderRow;

/// The right panel of Chat: system prompt and sampling of the shown chat. Every change is an undoable edit.
class SamplerPanel : public QWidget
{
    Q_OBJECT
public:
    SamplerPanel(ChatController *controller, Settings *settings, QWidget *parent = nullptr);

signals:
    void rawWanted(bool wanted);
    void probabilitiesWanted(bool wanted);
    void addAdapterRequested();

private:
    void buildSystem(QVBoxLayout *column);
    void buildSampling(QVBoxLayout *column, Settings *settings);
    void buildSliders(QGridLayout *grid);
    void buildLimits(QGridLayout *grid);
    void buildViews(QVBoxLayout *column);
    void refresh();
    void refreshLimits();
    void change(const QString &what, const std::function<void(ChatSettings &)> &edit);
    void takeSeed();

    ChatController *m_controller;
    QPlainTextEdit *m_system;
    QToolButton *m_systemReset;
    PresetBox *m_preset;
    QList<QPair<SliderRow *, double SamplerSettings::*>> m_sliders;
    SliderRow *m_topK;
    QLineEdit *m_seed;
    QLabel *m_seedFault;
    QCheckBox *m_seedFixed;
    QSpinBox *m_maxTokens;
    QLabel *m_maxTokensNote;
    QComboBox *m_overflow;
    bool m_refreshing = false;
};

} // namespace lathe::desktop
