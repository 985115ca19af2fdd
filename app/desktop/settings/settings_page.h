// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings/settings.h"
#include "app/desktop/window/device_list.h"

#include <QWidget>

class QVBoxLayout;
class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace lathe::desktop {

class Commands;

/// All settings on one page. Each acts at once; Reset brings the whole page back to the standard.
class SettingsPage : public QWidget
{
    Q_OBJECT
public:
    SettingsPage(Settings *settings, DeviceList *devices, Commands *commands, QWidget *parent = nullptr);

private:
    QFormLayout *addGroup(QVBoxLayout *column, const QString &title);
    void addRow(QFormLayout *form, const QString &label, QWidget *field, const QString &note = {});
    QComboBox *addCombo(QFormLayout *form, const QString &name, const QString &label,
                        const QList<std::pair<QString, QString>> &choices);
    void buildLook(QFormLayout *form);
    void buildEngine(QFormLayout *form);
    void buildOpening(QFormLayout *form);
    void buildAccess(QFormLayout *form);
    void connectFields();
    void fillDevices();
    /// Shows what the settings say, without setting anything.
    void load();

    Settings *m_settings;
    DeviceList *m_devices;
    QComboBox *m_theme, *m_language, *m_device, *m_kv;
    QSpinBox *m_zoom, *m_threads;
    QLineEdit *m_models;
    QCheckBox *m_ask, *m_announce;
};

} // namespace lathe::desktop
