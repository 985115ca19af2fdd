// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings/settings.h"
#include "app/desktop/window/device_list.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QPushButton;
class QRadioButton;
class QScrollArea;
class QVBoxLayout;

namespace lathe::desktop {

class Chip;

/// Chooses the device that computes and tests devices. A device that was chosen is never replaced by another
/// one; "Choose the best for me" leaves it to the engine. What is chosen acts when the dialog is accepted.
class DevicePicker : public QDialog
{
    Q_OBJECT
public:
    DevicePicker(DeviceList *devices, Settings *settings, QWidget *parent = nullptr);

    /// "auto" or a device's id.
    QString chosen() const;

private:
    struct Row {
        QString id;
        QRadioButton *pick;
        QLabel *memory, *detail;
        Chip *test;
        QPushButton *run, *details;
    };

    void buildRows();
    Row buildRow(int number, const Device &device, QVBoxLayout *column);
    void updateRows();
    void showDetails(const QString &id);

    DeviceList *m_devices;
    QString m_initial;
    QWidget *m_list;
    QList<Row> m_rows;
    QCheckBox *m_auto;
    QPushButton *m_testAll, *m_use;
};

/// The failed checks of a device as a table: op, case, error, bound, what is used instead.
class SelftestDetails : public QDialog
{
    Q_OBJECT
public:
    explicit SelftestDetails(const Device &device, QWidget *parent = nullptr);
};

} // namespace lathe::desktop
