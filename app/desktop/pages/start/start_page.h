// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/window/default_model.h"
#include "app/desktop/window/device_list.h"

#include <QWidget>

class QFrame;
class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace lathe::desktop {

class Chip;
class FitIndex;
class IconLabel;
class ModelsFolder;
class Settings;

/// What the start page shows; all outlive it.
struct StartSources {
    DefaultModel *defaultModel;
    DeviceList *devices;
    ModelsFolder *folder;
    FitIndex *fits;
    Settings *settings;
};

/// What stands in Chat's main area while no model is open: the default model, a place to drop or open files,
/// the models opened before and those in the models folder. Asks for things only by its signals.
class StartPage : public QWidget
{
    Q_OBJECT
public:
    explicit StartPage(QWidget *parent = nullptr);

    /// Gives the page what it shows. Once, before it is seen.
    void setSources(const StartSources &sources);

signals:
    void openFileRequested();
    void openFolderRequested();
    void openModelRequested(const QString &path);
    void getDefaultRequested();
    void cancelGetRequested();

private:
    QFrame *buildDefaultCard();
    QFrame *buildDropCard();
    void updateDefault();
    void updateFit();
    void showProgress(const QString &stage, double fraction);

    DefaultModel *m_model = nullptr;
    DeviceList *m_devices = nullptr;
    Settings *m_settings = nullptr;
    IconLabel *m_icon;
    QLabel *m_title, *m_text;
    Chip *m_fit;
    QPushButton *m_chat, *m_get, *m_cancel;
    QProgressBar *m_progress;
    QVBoxLayout *m_column;
    QHBoxLayout *m_middle;
};

} // namespace lathe::desktop
