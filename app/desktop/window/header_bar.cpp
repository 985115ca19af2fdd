// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/header_bar.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/selftest_text.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QResizeEvent>

namespace lathe::desktop {

constexpr int kFullWidth = 1120; ///< below, the header shortens
constexpr int kMemoryPeriodMs = 1000;

HeaderBar::HeaderBar(EngineClient *engine, DeviceList *devices, ModelController *models, Settings *settings,
                     QWidget *parent)
    : QFrame(parent), m_engine(engine), m_devices(devices), m_models(models), m_settings(settings)
{
    setProperty("role", "header");
    setObjectName("header");
    setAccessibleName(tr("Header"));
    build();
    connect(models, &ModelController::currentModelChanged, this, &HeaderBar::updateModel);
    connect(models, &ModelController::stateChanged, this, &HeaderBar::updateModel);
    connect(devices, &DeviceList::changed, this, &HeaderBar::updateDevice);
    connect(settings, &Settings::deviceChanged, this, &HeaderBar::updateDevice);
    m_usageTimer.setInterval(kMemoryPeriodMs);
    connect(&m_usageTimer, &QTimer::timeout, this, &HeaderBar::askMemory);
    m_usageTimer.start();
    updateModel();
}

void HeaderBar::build()
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(8);
    m_variant = textButton("headerVariant", "tree", tr("No model open"));
    m_variantMenu = new QMenu(m_variant);
    m_variant->setMenu(m_variantMenu);
    m_hash = new Chip;
    m_hash->setObjectName("headerHash");
    m_hash->setClickable(true);
    connect(m_hash, &Chip::clicked, this, [this] {
        if (const CurrentModel *model = m_models->current()) {
            QGuiApplication::clipboard()->setText(model->sha256);
            emit hashCopied(model->sha256);
        }
    });
    m_search = new QLineEdit;
    m_search->setObjectName("headerSearch");
    m_search->setPlaceholderText(tr("Search or run a command   Ctrl+K"));
    m_search->setAccessibleName(tr("Search or run a command"));
    m_search->setTextMargins(4, 0, 4, 0);
    m_search->installEventFilter(this);
    m_searchButton = iconButton("headerSearchButton", "search", tr("Search or run a command"));
    connect(m_searchButton, &QToolButton::clicked, this, &HeaderBar::activateSearch);
    m_device = textButton("headerDevice", "chip", tr("Device"));
    connect(m_device, &QPushButton::clicked, this, &HeaderBar::deviceClicked);
    m_selftest = new Chip;
    m_selftest->setObjectName("headerSelftest");
    m_selftest->setClickable(true);
    connect(m_selftest, &Chip::clicked, this, &HeaderBar::deviceClicked);
    row->addWidget(m_variant);
    row->addWidget(m_hash);
    row->addStretch(1);
    row->addWidget(m_search);
    row->addWidget(m_searchButton);
    row->addSpacing(12);
    row->addWidget(m_device);
    row->addWidget(m_selftest);
    buildMemory(row);
}

void HeaderBar::buildMemory(QHBoxLayout *row)
{
    m_memoryBox = new QWidget;
    auto *column = new QVBoxLayout(m_memoryBox);
    column->setContentsMargins(8, 0, 0, 0);
    column->setSpacing(3);
    m_memoryText = roleLabel("caption", numbers::unknown());
    m_memoryText->setObjectName("headerMemoryText");
    m_memory = new QProgressBar;
    m_memory->setObjectName("headerMemory");
    m_memory->setTextVisible(false);
    m_memory->setFixedHeight(scaled(8));
    m_memory->setRange(0, 1000);
    m_memoryText->setBuddy(m_memory);
    column->addWidget(m_memoryText);
    column->addWidget(m_memory);
    row->addWidget(m_memoryBox);
    m_memoryBox->hide();
}

const Device *HeaderBar::device() const
{
    const CurrentModel *model = m_models->current();
    const Device *used = model ? m_devices->find(model->deviceId) : nullptr;
    return used ? used : m_devices->find(m_settings->device());
}

void HeaderBar::updateModel()
{
    const CurrentModel *model = m_models->current();
    m_hash->setVisible(model && !model->sha256.isEmpty());
    if (model) {
        const QString badge = numbers::badge(model->sha256);
        m_hash->show(Tone::Accent, {}, badge);
        m_hash->setSpokenName(tr("Weights hash %1").arg(badge.mid(1)));
        m_hash->setToolTip(tr("SHA-256 of the weights: %1\nClick copies it.").arg(model->sha256));
        const QString size = numbers::bytes(model->bytes);
        m_variant->setAccessibleName(tr("Current variant: %1, %2").arg(model->title(), size));
        m_variant->setToolTip(model->title() + QStringLiteral("\n") + model->path + QStringLiteral("\n") +
                              numbers::bytesExact(model->bytes));
    } else {
        m_variant->setAccessibleName(tr("No model open"));
        m_variant->setToolTip(tr("Open a model"));
    }
    updateDevice();
}

void HeaderBar::updateDevice()
{
    const Device *used = device();
    const QString shown = used ? shortName(*used) : tr("Device");
    m_device->setText(fontMetrics().elidedText(shown, Qt::ElideRight, scaled(isShort() ? 130 : 170)));
    m_device->setAccessibleName(tr("Device: %1").arg(shown));
    m_device->setToolTip(used ? used->name + '\n' + used->driver : tr("Choose the device that computes"));
    updateSelftest(used);
    updateMemory();
    fold();
}

void HeaderBar::updateSelftest(const Device *used)
{
    m_selftest->setVisible(used);
    if (!used)
        return;
    const SelftestText test = selftestText(*used);
    m_selftest->show(test.tone, test.icon, isShort() ? test.brief : test.text);
    m_selftest->setSpokenName(tr("Self-test: %1").arg(m_selftest->text()));
    m_selftest->setToolTip(
        tr("Each kernel is compared with the reference on this device and driver. Click for details."));
}

void HeaderBar::askMemory()
{
    if (m_engine->state() != EngineClient::State::Ready || m_usageCall || !isVisible())
        return;
    m_usageCall = m_engine->request("memory.usage");
    connect(m_usageCall, &EngineCall::finished, this, [this](const QJsonObject &usage) {
        m_usageCall = nullptr;
        m_usage = usage;
        m_devices->setUsage(usage["devices"].toArray());
        updateMemory();
    });
    connect(m_usageCall, &EngineCall::failed, this, [this] { m_usageCall = nullptr; });
}

static QString poolsText(const QJsonObject &usage, const QString &device)
{
    QStringList lines;
    for (const QJsonValue &value : usage["devices"].toArray()) {
        const QJsonObject pools = value["pools"].toObject();
        if (value["id"].toString() != device)
            continue;
        for (auto it = pools.begin(); it != pools.end(); ++it)
            lines.append(it.key() + ": " + numbers::bytesExact(quint64(it.value().toDouble())));
    }
    return lines.join('\n');
}

void HeaderBar::updateMemory()
{
    const Device *used = device();
    const bool known = used && used->budgetBytes > 0;
    m_memoryBox->setVisible(known && !isShort());
    if (!known)
        return;
    const QString text = tr("%1 in use").arg(numbers::usedOf(used->usedBytes, used->budgetBytes));
    m_memoryText->setText(text);
    m_memory->setAccessibleName(text);
    m_memory->setValue(int(1000.0 * double(used->usedBytes) / double(used->budgetBytes)));
    m_memoryBox->setToolTip(used->name + '\n' + poolsText(m_usage, used->id));
}

bool HeaderBar::isShort() const
{
    return width() < scaled(kFullWidth);
}

void HeaderBar::fold()
{
    const bool brief = isShort();
    const CurrentModel *model = m_models->current();
    QString text = tr("No model open");
    if (model)
        text = brief ? model->title() : model->title() + QStringLiteral(" · ") + numbers::bytes(model->bytes);
    else if (m_models->state() == ModelController::State::Loading)
        text = m_models->pendingName();
    m_search->setVisible(!brief || m_search->hasFocus());
    m_search->setFixedWidth(scaled(250));
    m_searchButton->setVisible(!m_search->isVisibleTo(this));
    // The name has what the others leave, without the button's icon, arrow and frame.
    int room =
        width() - scaled(80) - layout()->contentsMargins().left() - layout()->contentsMargins().right();
    for (const QWidget *other : std::initializer_list<const QWidget *>{m_hash, m_search, m_searchButton,
                                                                       m_device, m_selftest, m_memoryBox}) {
        if (other->isVisibleTo(this))
            room -= std::max(other->sizeHint().width(), other->minimumWidth()) + layout()->spacing();
    }
    const int most = scaled(brief ? 260 : 340);
    m_variant->setText(
        m_variant->fontMetrics().elidedText(text, Qt::ElideMiddle, std::clamp(room, scaled(40), most)));
}

void HeaderBar::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    updateDevice();
}

bool HeaderBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::FocusOut && isShort())
        QTimer::singleShot(0, this, &HeaderBar::fold);
    return QFrame::eventFilter(watched, event);
}

void HeaderBar::openVariantMenu()
{
    m_variant->showMenu();
}

void HeaderBar::activateSearch()
{
    m_searchButton->hide();
    m_search->show();
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

} // namespace lathe::desktop
