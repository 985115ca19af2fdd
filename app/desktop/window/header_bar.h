// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/window/device_list.h"
#include "app/desktop/window/model_controller.h"

#include <QFrame>
#include <QTimer>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace lathe::desktop {

class Chip;

/// The line above the pages: the current variant and its hash, search, device, self-test and memory in use.
/// Below 1,120 px it shortens: the size leaves the variant's name, the search becomes a button, the memory
/// goes.
class HeaderBar : public QFrame
{
    Q_OBJECT
public:
    HeaderBar(EngineClient *engine, DeviceList *devices, ModelController *models, Settings *settings,
              QWidget *parent = nullptr);

    QLineEdit *searchEdit() const { return m_search; }
    /// The menu of the variant button; the window adds recent models and Open… to it.
    QMenu *variantMenu() const { return m_variantMenu; }
    void openVariantMenu();
    /// Shows the search field, also in the short form, and puts the focus there.
    void activateSearch();

signals:
    void deviceClicked();
    void hashCopied(const QString &sha256);

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void build();
    void buildMemory(QHBoxLayout *row);
    void updateModel();
    void updateDevice();
    void updateSelftest(const Device *device);
    void updateMemory();
    void askMemory();
    void fold();
    bool isShort() const;
    /// The device that does the work: the model's, else the one of the settings.
    const Device *device() const;

    EngineClient *m_engine;
    DeviceList *m_devices;
    ModelController *m_models;
    Settings *m_settings;
    QPushButton *m_variant, *m_device;
    QMenu *m_variantMenu;
    Chip *m_hash, *m_selftest;
    QLineEdit *m_search;
    QToolButton *m_searchButton;
    QWidget *m_memoryBox;
    QLabel *m_memoryText;
    QProgressBar *m_memory;
    QJsonObject m_usage;
    QPointer<EngineCall> m_usageCall;
    QTimer m_usageTimer;
};

} // namespace lathe::desktop
