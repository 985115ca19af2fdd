// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/dialogs/open_dialog.h"

#include "app/desktop/dialogs/memory_bar.h"
#include "app/desktop/style/icons.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/fit_chip.h"
#include "app/desktop/window/selftest_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

namespace lathe::desktop {

constexpr int kContextStep = 256;

OpenDialog::OpenDialog(const Inspection &model, const OpenChoice &proposal, DeviceList *devices,
                       bool askEveryTime, QWidget *parent)
    : QDialog(parent), m_model(model), m_proposal(proposal), m_devices(devices)
{
    setObjectName("openDialog");
    setWindowTitle(tr("Open model"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    buildHead(column);
    buildMemory(column);
    buildFields(column);
    buildAdvice(column);
    column->addStretch(1);
    buildButtons(column, askEveryTime);
    fillDevices();
    connect(devices, &DeviceList::changed, this, &OpenDialog::fillDevices);
    setContext(proposal.context);
    resize(scaled(860), scaled(540));
    m_ok->setFocus();
}

void OpenDialog::buildHead(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    auto *texts = new QVBoxLayout;
    auto *title = roleLabel("title", m_model.title());
    title->setObjectName("openTitle");
    title->setWordWrap(true);
    QStringList facts{QFileInfo(m_model.path).fileName(), numbers::bytes(m_model.fileBytes),
                      tr("%1 parameters").arg(numbers::parameters(m_model.parameters)), m_model.licence};
    facts.removeAll(QString());
    auto *caption = roleLabel("caption", facts.join(QStringLiteral(" · ")));
    caption->setWordWrap(true);
    caption->setToolTip(m_model.path + '\n' + numbers::bytesExact(m_model.fileBytes));
    texts->addWidget(title);
    texts->addWidget(caption);
    row->addLayout(texts, 1);
    m_badge = new Chip;
    m_badge->setObjectName("openBadge");
    row->addWidget(m_badge);
    column->addLayout(row);
}

void OpenDialog::buildMemory(QVBoxLayout *column)
{
    QFrame *card = roleFrame("card");
    auto *inner = new QVBoxLayout(card);
    inner->setContentsMargins(12, 10, 12, 12);
    auto *head = new QHBoxLayout;
    m_memoryTitle = roleLabel("heading");
    m_memoryTitle->setObjectName("openMemoryTitle");
    head->addWidget(m_memoryTitle, 1);
    head->addWidget(roleLabel("caption", tr("weights + KV cache + scratch, formula in the tooltip")));
    m_bar = new MemoryBar;
    m_bar->setObjectName("openMemoryBar");
    inner->addLayout(head);
    inner->addWidget(m_bar);
    column->addWidget(card);
}

void OpenDialog::buildFields(QVBoxLayout *column)
{
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(10);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto *contextRow = new QHBoxLayout;
    m_slider = new QSlider(Qt::Horizontal);
    m_slider->setObjectName("openContextSlider");
    m_slider->setAccessibleName(tr("Context"));
    m_slider->setRange(1, std::max(1, (m_model.context + kContextStep - 1) / kContextStep));
    m_context = new QSpinBox;
    m_context->setObjectName("openContext");
    m_context->setAccessibleName(tr("Context"));
    m_context->setRange(std::min(16, m_model.context), m_model.context);
    m_context->setSingleStep(kContextStep);
    m_context->setGroupSeparatorShown(true);
    m_context->setSuffix(tr(" tokens"));
    contextRow->addWidget(m_slider, 1);
    contextRow->addWidget(m_context);
    auto *contextLabel = new QLabel(tr("Context"));
    contextLabel->setBuddy(m_context);
    form->addRow(contextLabel, contextRow);
    auto *kvRow = new QHBoxLayout;
    m_kv = new QComboBox;
    m_kv->setObjectName("openKv");
    m_kv->setAccessibleName(tr("KV cache"));
    for (const char *type : {"F32", "F16"}) {
        if (m_model.cacheBytesPerToken.contains(type))
            m_kv->addItem(type);
    }
    m_kv->setCurrentText(m_proposal.kv);
    m_kvNote = roleLabel("caption");
    kvRow->addWidget(m_kv);
    kvRow->addSpacing(scaled(8));
    kvRow->addWidget(m_kvNote, 1);
    auto *kvLabel = new QLabel(tr("KV cache"));
    kvLabel->setBuddy(m_kv);
    form->addRow(kvLabel, kvRow);
    buildTable();
    auto *devicesLabel = new QLabel(tr("Devices"));
    devicesLabel->setBuddy(m_table);
    form->addRow(devicesLabel);
    form->addRow(m_table);
    column->addLayout(form);
    connect(m_slider, &QSlider::valueChanged, this,
            [this](int step) { setContext(std::min(step * kContextStep, m_model.context)); });
    connect(m_context, &QSpinBox::valueChanged, this, &OpenDialog::setContext);
    connect(m_kv, &QComboBox::currentTextChanged, this, &OpenDialog::update);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &OpenDialog::update);
}

void OpenDialog::buildButtons(QVBoxLayout *column, bool askEveryTime)
{
    auto *row = new QHBoxLayout;
    m_ask = new QCheckBox(tr("Ask every time"));
    m_ask->setObjectName("openAsk");
    m_ask->setAccessibleName(tr("Ask every time"));
    m_ask->setChecked(askEveryTime);
    auto *cancel = textButton("openCancel", {}, tr("Cancel"));
    m_ok = primaryButton("openOk", "open", tr("Open"));
    m_ok->setDefault(true);
    row->addWidget(m_ask);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_ok);
    column->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_ok, &QPushButton::clicked, this, &QDialog::accept);
}

QString OpenDialog::kv() const
{
    return m_kv->currentText();
}

MemoryEstimate OpenDialog::estimate() const
{
    const Device *used = device();
    return used ? estimateOn(*used) : estimateMemory(m_model, m_context->value(), kv(), 0, 0);
}

void OpenDialog::setContext(int tokens)
{
    const QSignalBlocker quietSpin(m_context), quietSlider(m_slider);
    m_context->setValue(tokens);
    m_slider->setValue((m_context->value() + kContextStep - 1) / kContextStep);
    update();
}

void OpenDialog::update()
{
    const MemoryEstimate memory = estimate();
    const Device *used = device();
    m_memoryTitle->setText(used ? tr("Memory on %1").arg(shortName(*used)) : tr("Memory"));
    m_bar->setEstimate(memory);
    m_bar->setToolTip(memoryFormula(memory));
    showFit(m_badge, memory);
    const uint64_t full = cacheBytes(m_model, m_context->value(), "F32");
    const uint64_t half = cacheBytes(m_model, m_context->value(), "F16");
    m_kvNote->setText(kv() == "F32" && half > 0 ? tr("F16 would free %1").arg(numbers::bytes(full - half))
                                                : QString());
    updateAdvice(memory);
    fillNeeds();
    const bool possible = used && memory.fit() != Fit::TooBig;
    m_ok->setEnabled(possible);
    const QString why = possible ? QString() : used ? m_adviceTitle->text() : tr("No device is chosen.");
    m_ok->setToolTip(why);
    m_ok->setAccessibleDescription(why);
}

OpenChoice OpenDialog::choice() const
{
    const Device *used = device();
    const bool isAuto = m_proposal.device == "auto" && used && used->id == m_devices->autoId();
    return {isAuto || !used ? QString("auto") : used->id, m_context->value(), kv()};
}

bool OpenDialog::askEveryTime() const
{
    return m_ask->isChecked();
}

} // namespace lathe::desktop
