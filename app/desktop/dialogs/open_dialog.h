// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/dialogs/memory_estimate.h"
#include "app/desktop/window/device_list.h"
#include "app/desktop/window/model_controller.h"

#include <QDialog>

class QCheckBox;
class QFrame;
class QComboBox;
class QLabel;
class QPushButton;
class QSlider;
class QSpinBox;
class QTableWidget;
class QVBoxLayout;

namespace lathe::desktop {

class Chip;
class IconLabel;
class MemoryBar;

/// How a model is to be opened: context, cache type, device, with the memory that these take computed anew at
/// each change from the numbers that `model.inspect` gave. `accepted` leaves the answer in `choice()`.
class OpenDialog : public QDialog
{
    Q_OBJECT
public:
    OpenDialog(const Inspection &model, const OpenChoice &proposal, DeviceList *devices, bool askEveryTime,
               QWidget *parent = nullptr);

    OpenChoice choice() const;
    bool askEveryTime() const;
    /// The estimate for what is set now.
    MemoryEstimate estimate() const;

private:
    void buildHead(QVBoxLayout *column);
    void buildMemory(QVBoxLayout *column);
    void buildFields(QVBoxLayout *column);
    void buildTable();
    void buildAdvice(QVBoxLayout *column);
    void buildButtons(QVBoxLayout *column, bool askEveryTime);
    void fillDevices();
    void fillNeeds();
    MemoryEstimate estimateOn(const Device &device) const;
    void update();
    void updateAdvice(const MemoryEstimate &memory);
    const Device *device() const;
    QString kv() const;
    void setContext(int tokens);

    Inspection m_model;
    OpenChoice m_proposal;
    DeviceList *m_devices;
    Chip *m_badge;
    QLabel *m_memoryTitle;
    MemoryBar *m_bar;
    QSlider *m_slider;
    QSpinBox *m_context;
    QComboBox *m_kv;
    QLabel *m_kvNote;
    QTableWidget *m_table;
    QFrame *m_advice;
    IconLabel *m_adviceIcon;
    QLabel *m_adviceTitle, *m_adviceText;
    QPushButton *m_adviceAction, *m_ok;
    QCheckBox *m_ask;
    std::function<void()> m_adviceRun;
};

} // namespace lathe::desktop
