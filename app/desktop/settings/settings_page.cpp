// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/settings_page.h"

#include "app/desktop/settings/choose_folder.h"
#include "app/desktop/settings/keys_editor.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/selftest_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lathe::desktop {

SettingsPage::SettingsPage(Settings *settings, DeviceList *devices, Commands *commands, QWidget *parent)
    : QWidget(parent), m_settings(settings), m_devices(devices)
{
    setObjectName("settingsPage");
    setAccessibleName(tr("Settings"));
    auto *scroll = new QScrollArea;
    scroll->setObjectName("settingsScroll");
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *body = new QWidget;
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(12);
    auto *head = new QHBoxLayout;
    head->addWidget(roleLabel("title", tr("Settings")));
    head->addStretch(1);
    auto *reset = textButton("settingsReset", "undo", tr("Reset this page"));
    head->addWidget(reset);
    column->addLayout(head);
    buildLook(addGroup(column, tr("Look")));
    buildEngine(addGroup(column, tr("Engine")));
    buildOpening(addGroup(column, tr("Opening models")));
    buildAccess(addGroup(column, tr("Reading aloud")));
    QFrame *keys = roleFrame("card");
    auto *keysColumn = new QVBoxLayout(keys);
    keysColumn->setContentsMargins(16, 12, 16, 12);
    keysColumn->addWidget(roleLabel("heading", tr("Keys")));
    keysColumn->addWidget(new KeysEditor(commands));
    column->addWidget(keys);
    column->addWidget(
        roleLabel("caption", tr("Lathe sends nothing anywhere: there is no telemetry to switch off.")));
    column->addStretch(1);
    scroll->setWidget(body);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    connect(reset, &QPushButton::clicked, this, [this] {
        m_settings->reset();
        load();
    });
    connectFields();
    connect(devices, &DeviceList::changed, this, &SettingsPage::fillDevices);
    connect(settings, &Settings::deviceChanged, this, &SettingsPage::load);
    connect(settings, &Settings::themeChanged, this, &SettingsPage::load);
    connect(settings, &Settings::zoomChanged, this, &SettingsPage::load);
    connect(settings, &Settings::openingChanged, this, &SettingsPage::load);
    connect(settings, &Settings::modelsFolderChanged, this, &SettingsPage::load);
    fillDevices();
}

QFormLayout *SettingsPage::addGroup(QVBoxLayout *column, const QString &title)
{
    QFrame *card = roleFrame("card");
    auto *inner = new QVBoxLayout(card);
    inner->setContentsMargins(16, 12, 16, 12);
    inner->addWidget(roleLabel("heading", title));
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    inner->addLayout(form);
    column->addWidget(card);
    return form;
}

void SettingsPage::addRow(QFormLayout *form, const QString &label, QWidget *field, const QString &note)
{
    auto *caption = new QLabel(label);
    caption->setBuddy(field);
    caption->setMinimumWidth(scaled(120));
    field->setAccessibleName(spoken(label));
    auto *row = new QHBoxLayout;
    row->setSpacing(scaled(10));
    row->addWidget(field);
    if (!note.isEmpty())
        row->addWidget(roleLabel("caption", note));
    row->addStretch(1);
    form->addRow(caption, row);
}

QComboBox *SettingsPage::addCombo(QFormLayout *form, const QString &name, const QString &label,
                                  const QList<std::pair<QString, QString>> &choices)
{
    auto *combo = new QComboBox;
    combo->setObjectName(name);
    combo->setMinimumWidth(scaled(200));
    for (const auto &[value, text] : choices)
        combo->addItem(text, value);
    addRow(form, label, combo);
    return combo;
}

void SettingsPage::buildLook(QFormLayout *form)
{
    m_theme = addCombo(form, "settingsTheme", tr("Theme"),
                       {{"system", tr("System")}, {"light", tr("Light")}, {"dark", tr("Dark")}});
    m_zoom = new QSpinBox;
    m_zoom->setObjectName("settingsZoom");
    m_zoom->setRange(Theme::kMinZoom, Theme::kMaxZoom);
    m_zoom->setSingleStep(10);
    m_zoom->setSuffix(" %");
    m_zoom->setKeyboardTracking(false);
    addRow(form, tr("Zoom"), m_zoom);
    m_language = addCombo(form, "settingsLanguage", tr("Language"),
                          {{"system", tr("System")}, {"en", "English"}, {"de", "Deutsch"}});
}

void SettingsPage::buildEngine(QFormLayout *form)
{
    m_device = addCombo(form, "settingsDevice", tr("Device"), {});
    m_threads = new QSpinBox;
    m_threads->setObjectName("settingsThreads");
    m_threads->setRange(0, 256);
    m_threads->setSpecialValueText(tr("All cores"));
    m_threads->setMinimumWidth(scaled(110));
    m_threads->setKeyboardTracking(false);
    addRow(form, tr("Threads"), m_threads, tr("of the CPU device; the engine starts anew"));
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    m_models = new QLineEdit;
    m_models->setObjectName("settingsModelsFolder");
    m_models->setMinimumWidth(scaled(320));
    m_models->setPlaceholderText(tr("The engine's own folder"));
    m_models->setAccessibleName(tr("Models folder"));
    auto *browse = textButton("settingsModelsBrowse", "open", tr("Choose …"));
    browse->setAccessibleName(tr("Choose the models folder"));
    row->addWidget(m_models);
    row->addWidget(browse);
    auto *caption = new QLabel(tr("Models folder"));
    caption->setBuddy(m_models);
    form->addRow(caption, box);
    form->addRow(QString(),
                 roleLabel("caption", tr("Its models stand on the start page. Get keeps the default model in "
                                         "the engine's own folder.")));
    connect(browse, &QPushButton::clicked, this,
            [this] { chooseModelsFolder(this, m_settings->modelsFolder(), m_settings); });
}

void SettingsPage::buildOpening(QFormLayout *form)
{
    m_kv =
        addCombo(form, "settingsKv", tr("KV cache"), {{"F32", "F32"}, {"F16", tr("F16, half the memory")}});
    m_ask = new QCheckBox(tr("Ask every time before a model is loaded"));
    m_ask->setObjectName("settingsAskOpen");
    m_ask->setAccessibleName(m_ask->text());
    form->addRow(QString(), m_ask);
}

void SettingsPage::buildAccess(QFormLayout *form)
{
    m_announce = new QCheckBox(tr("Announce answers sentence by sentence"));
    m_announce->setObjectName("settingsAnnounce");
    m_announce->setAccessibleName(m_announce->text());
    form->addRow(m_announce);
}

void SettingsPage::connectFields()
{
    connect(m_theme, &QComboBox::activated, this,
            [this] { m_settings->setTheme(m_theme->currentData().toString()); });
    connect(m_zoom, &QSpinBox::valueChanged, m_settings, &Settings::setZoom);
    connect(m_language, &QComboBox::activated, this,
            [this] { m_settings->setLanguage(m_language->currentData().toString()); });
    connect(m_device, &QComboBox::activated, this,
            [this] { m_settings->setDevice(m_device->currentData().toString()); });
    connect(m_threads, &QSpinBox::valueChanged, m_settings, &Settings::setThreads);
    connect(m_models, &QLineEdit::editingFinished, this,
            [this] { m_settings->setModelsFolder(m_models->text()); });
    connect(m_kv, &QComboBox::activated, this, [this] { m_settings->setKv(m_kv->currentData().toString()); });
    connect(m_ask, &QCheckBox::toggled, m_settings, &Settings::setAskOpen);
    connect(m_announce, &QCheckBox::toggled, m_settings, &Settings::setAnnounce);
}

void SettingsPage::fillDevices()
{
    m_device->clear();
    m_device->addItem(tr("Choose the best for me (auto)"), "auto");
    for (const Device &device : m_devices->devices())
        m_device->addItem(shortName(device), device.id);
    // A device that was chosen and is gone stays the choice: it is never replaced.
    if (m_device->findData(m_settings->device()) < 0)
        m_device->addItem(tr("%1 (not there)").arg(m_settings->device()), m_settings->device());
    load();
}

void SettingsPage::load()
{
    const auto choose = [](QComboBox *combo, const QString &value) {
        combo->setCurrentIndex(combo->findData(value));
    };
    const QSignalBlocker blockers[] = {QSignalBlocker(m_zoom), QSignalBlocker(m_threads),
                                       QSignalBlocker(m_ask), QSignalBlocker(m_announce)};
    choose(m_theme, m_settings->theme());
    choose(m_language, m_settings->language());
    choose(m_device, m_settings->device());
    choose(m_kv, m_settings->kv());
    m_zoom->setValue(m_settings->zoom());
    m_threads->setValue(m_settings->threads());
    m_models->setText(m_settings->modelsFolder());
    m_ask->setChecked(m_settings->askOpen());
    m_announce->setChecked(m_settings->announce());
}

} // namespace lathe::desktop
