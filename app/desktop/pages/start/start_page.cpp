// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/start/start_page.h"

#include "app/desktop/pages/start/model_lists.h"
#include "app/desktop/settings/settings.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/fit_chip.h"

#include <QApplication>
#include <QProgressBar>
#include <QScrollArea>
#include <QVBoxLayout>

namespace lathe::desktop {

StartPage::StartPage(QWidget *parent) : QWidget(parent)
{
    setObjectName("startPage");
    setAccessibleName(tr("Start"));
    auto *scroll = new QScrollArea;
    scroll->setObjectName("startScroll");
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *body = new QWidget;
    scroll->setWidget(body);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    auto *column = m_column = new QVBoxLayout(body);
    column->setContentsMargins(20, 20, 20, 12);
    column->setSpacing(12);
    column->addWidget(buildDefaultCard());
    m_middle = new QHBoxLayout;
    m_middle->setSpacing(12);
    QFrame *drop = buildDropCard();
    drop->setMinimumHeight(scaled(190));
    m_middle->addWidget(drop, 1);
    column->addLayout(m_middle);
    auto *quiet = roleLabel("caption", tr("Lathe sends nothing anywhere. The network is used only for Get."));
    quiet->setObjectName("startPrivacy");
    quiet->setAlignment(Qt::AlignRight);
    column->addWidget(quiet);
}

QFrame *StartPage::buildDefaultCard()
{
    QFrame *card = roleFrame("card");
    card->setObjectName("startDefault");
    auto *row = new QHBoxLayout(card);
    row->setContentsMargins(20, 14, 16, 14);
    row->setSpacing(12);
    m_icon = new IconLabel(24);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    m_title = roleLabel("title");
    m_title->setObjectName("startDefaultTitle");
    m_title->setWordWrap(true);
    m_text = roleLabel("caption");
    m_text->setObjectName("startDefaultText");
    m_text->setWordWrap(true);
    m_progress = new QProgressBar;
    m_progress->setObjectName("startGetProgress");
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(scaled(8));
    m_progress->setAccessibleName(tr("Getting the default model"));
    texts->addWidget(m_title);
    texts->addWidget(m_text);
    texts->addWidget(m_progress);
    m_fit = new Chip;
    m_fit->setObjectName("startFit");
    m_chat = primaryButton("startChat", "chat", tr("Start chatting"));
    m_chat->setDefault(true);
    m_get = primaryButton("startGet", "download", tr("Get"));
    m_cancel = textButton("startGetCancel", "stop", tr("Cancel"));
    row->addWidget(m_icon);
    row->addLayout(texts, 1);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_fit, m_chat, m_get, m_cancel})
        row->addWidget(widget);
    connect(m_chat, &QPushButton::clicked, this, [this] { emit openModelRequested(m_model->path()); });
    connect(m_get, &QPushButton::clicked, this, &StartPage::getDefaultRequested);
    connect(m_cancel, &QPushButton::clicked, this, &StartPage::cancelGetRequested);
    return card;
}

QFrame *StartPage::buildDropCard()
{
    QFrame *card = roleFrame("drop");
    card->setObjectName("startDrop");
    auto *column = new QVBoxLayout(card);
    column->setSpacing(10);
    auto *picture = new IconLabel(34);
    picture->set("open", Tone::Accent);
    auto *headline = roleLabel("heading", tr("Drop a GGUF file or a Hugging Face folder here"));
    headline->setAlignment(Qt::AlignCenter);
    auto *text =
        roleLabel("caption", tr("LoRA adapters work too. Files stay where they are; Lathe only reads them."));
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    auto *file = textButton("startOpenFile", "open", tr("Open file …   Ctrl+O"));
    file->setAccessibleName(tr("Open file"));
    auto *folder = textButton("startOpenFolder", {}, tr("Open folder …"));
    connect(file, &QPushButton::clicked, this, &StartPage::openFileRequested);
    connect(folder, &QPushButton::clicked, this, &StartPage::openFolderRequested);
    buttons->addStretch(1);
    buttons->addWidget(file);
    buttons->addWidget(folder);
    buttons->addStretch(1);
    column->addStretch(1);
    column->addWidget(picture, 0, Qt::AlignHCenter);
    column->addWidget(headline);
    column->addWidget(text);
    column->addLayout(buttons);
    column->addStretch(1);
    return card;
}

void StartPage::setSources(const StartSources &sources)
{
    DefaultModel *model = m_model = sources.defaultModel;
    DeviceList *devices = m_devices = sources.devices;
    Settings *settings = m_settings = sources.settings;
    auto *recent = new RecentCard(settings, sources.fits);
    auto *folder = new FolderCard(sources.folder, sources.fits, settings);
    m_middle->addWidget(recent, 1);
    m_column->insertWidget(m_column->indexOf(m_middle) + 1, folder, 1);
    connect(recent, &RecentCard::openRequested, this, &StartPage::openModelRequested);
    connect(folder, &FolderCard::openRequested, this, &StartPage::openModelRequested);
    connect(model, &DefaultModel::changed, this, &StartPage::updateDefault);
    connect(model, &DefaultModel::progress, this, &StartPage::showProgress);
    connect(devices, &DeviceList::changed, this, &StartPage::updateFit);
    connect(settings, &Settings::deviceChanged, this, &StartPage::updateFit);
    updateDefault();
}

void StartPage::updateDefault()
{
    const bool known = m_model->isKnown(), present = m_model->isPresent(), getting = m_model->isGetting();
    m_chat->setVisible(present);
    m_get->setVisible(known && !present && !getting);
    m_cancel->setVisible(getting);
    m_progress->setVisible(getting);
    if (!known) {
        m_icon->set("info", Tone::Muted);
        m_title->setText(tr("Looking for the default model"));
        m_text->setText(tr("The engine is starting."));
    } else if (present) {
        const auto &inspection = m_model->inspection();
        m_icon->set("check", Tone::Good);
        m_title->setText(tr("%1 is ready").arg(inspection ? inspection->title() : m_model->name()));
    } else {
        m_icon->set(getting ? "download" : "info", Tone::Accent);
        m_title->setText(getting ? tr("Getting %1").arg(m_model->name())
                                 : tr("The default model is not here"));
        m_text->setText(
            getting ? tr("Kept in the models folder; the checksum is compared before the file gets its name.")
                    : tr("Get it (%1) or open a file.").arg(numbers::bytes(m_model->bytes())));
        if (getting && m_progress->value() <= 0)
            m_progress->setRange(0, 0);
    }
    // Enter chats at once, or gets the model: the focus waits on the button, unless it was put elsewhere.
    QPushButton *first = present ? m_chat : m_get;
    if (first->isVisible() && !isAncestorOf(QApplication::focusWidget()))
        first->setFocus();
    updateFit();
}

void StartPage::updateFit()
{
    const auto &inspection = m_model->inspection();
    const Device *device = m_devices->find(m_settings->device());
    m_fit->setVisible(m_model->isPresent() && inspection && device);
    if (!m_model->isPresent())
        return;
    QStringList facts{numbers::bytes(m_model->bytes()), m_model->licence()};
    if (inspection && device) {
        const int context = standardContext(*inspection);
        const MemoryEstimate memory = estimateMemory(inspection->on(device->id), context, m_settings->kv(),
                                                     device->budgetBytes, device->usedBytes);
        facts.append(tr("needs about %1 with %2 tokens of context")
                         .arg(numbers::bytes(memory.need()), numbers::count(context)));
        showFit(m_fit, memory);
    }
    facts.removeAll(QString());
    m_text->setText(facts.join(QStringLiteral(" · ")));
}

void StartPage::showProgress(const QString &stage, double fraction)
{
    m_progress->setRange(0, fraction < 0 ? 0 : 1000);
    m_progress->setValue(int(1000 * fraction));
    m_text->setText(fraction < 0 ? stage : stage + QStringLiteral(" · ") + numbers::percent(fraction));
}

} // namespace lathe::desktop
