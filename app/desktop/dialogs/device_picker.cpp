// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/dialogs/device_picker.h"

#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/selftest_text.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QRadioButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace lathe::desktop {

DevicePicker::DevicePicker(DeviceList *devices, Settings *settings, QWidget *parent)
    : QDialog(parent), m_devices(devices), m_initial(settings->device())
{
    setObjectName("devicePicker");
    setWindowTitle(tr("Device"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    auto *head = new QHBoxLayout;
    head->addWidget(roleLabel("heading", tr("Device picker")));
    head->addStretch(1);
    head->addWidget(roleLabel("caption", tr("A chosen device is never replaced silently")));
    column->addLayout(head);
    m_list = new QWidget;
    new QVBoxLayout(m_list);
    m_list->layout()->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_list);
    auto *foot = new QHBoxLayout;
    m_auto = new QCheckBox(tr("Choose the best for me (auto)"));
    m_auto->setObjectName("deviceAuto");
    m_auto->setAccessibleName(tr("Choose the best for me (auto)"));
    m_auto->setChecked(m_initial == "auto");
    m_testAll = textButton("deviceTestAll", {}, tr("Run all self-tests"));
    auto *cancel = textButton("deviceCancel", {}, tr("Cancel"));
    m_use = primaryButton("deviceUse", "chip", tr("Use"));
    m_use->setDefault(true);
    foot->addWidget(m_auto);
    foot->addStretch(1);
    for (QPushButton *button : {m_testAll, cancel, m_use})
        foot->addWidget(button);
    column->addLayout(foot);
    connect(m_auto, &QCheckBox::toggled, this, &DevicePicker::updateRows);
    connect(m_testAll, &QPushButton::clicked, devices, &DeviceList::testAll);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_use, &QPushButton::clicked, this, &QDialog::accept);
    connect(devices, &DeviceList::changed, this, &DevicePicker::updateRows);
    buildRows();
    setMinimumWidth(scaled(640));
}

void DevicePicker::buildRows()
{
    auto *column = qobject_cast<QVBoxLayout *>(m_list->layout());
    int number = 0;
    for (const Device &device : m_devices->devices())
        m_rows.append(buildRow(++number, device, column));
    updateRows();
}

DevicePicker::Row DevicePicker::buildRow(int number, const Device &device, QVBoxLayout *column)
{
    Row row;
    row.id = device.id;
    auto *top = new QHBoxLayout;
    row.pick = new QRadioButton(shortName(device), m_list);
    row.pick->setObjectName(QStringLiteral("devicePick%1").arg(number));
    row.pick->setAccessibleName(shortName(device));
    row.pick->setToolTip(device.name);
    row.pick->setChecked(m_initial == device.id || (m_initial == "auto" && device.id == m_devices->autoId()));
    row.memory = new QLabel;
    row.test = new Chip;
    row.test->setObjectName(QStringLiteral("deviceState%1").arg(number));
    top->addWidget(row.pick, 1);
    top->addWidget(row.memory);
    top->addWidget(row.test);
    auto *below = new QHBoxLayout;
    row.detail = roleLabel("caption");
    row.detail->setIndent(scaled(22));
    row.detail->setWordWrap(true);
    row.details = textButton(QStringLiteral("deviceDetails%1").arg(number), {}, tr("Details"));
    row.details->setAccessibleName(tr("Details of %1").arg(device.name));
    row.run = textButton(QStringLiteral("deviceTest%1").arg(number), {}, tr("Test now"));
    row.run->setAccessibleName(tr("Test %1 now").arg(device.name));
    below->addWidget(row.detail, 1);
    below->addWidget(row.details);
    below->addWidget(row.run);
    column->addLayout(top);
    column->addLayout(below);
    column->addWidget(separatorLine());
    connect(row.run, &QPushButton::clicked, this, [this, id = device.id] { m_devices->test(id); });
    connect(row.details, &QPushButton::clicked, this, [this, id = device.id] { showDetails(id); });
    connect(row.pick, &QRadioButton::clicked, this, [this] { m_auto->setChecked(false); });
    return row;
}

void DevicePicker::updateRows()
{
    bool usable = m_auto->isChecked();
    for (const Row &row : std::as_const(m_rows)) {
        const Device *device = m_devices->find(row.id);
        row.pick->setEnabled(device);
        if (!device)
            continue;
        const SelftestText test = selftestText(*device);
        const bool failed = device->selftest.state == Selftest::State::Failed && !device->selftest.usable();
        row.memory->setText(tr("%1 free").arg(numbers::usedOf(device->freeBytes(), device->budgetBytes)));
        row.memory->setToolTip(numbers::bytesExact(device->freeBytes()));
        row.test->show(test.tone, test.icon, test.text);
        row.detail->setText(selftestDetail(*device));
        row.details->setVisible(!device->selftest.failed.isEmpty());
        row.run->setVisible(row.id != "reference");
        row.run->setEnabled(!m_devices->isTesting());
        if (row.pick->isChecked() && !failed)
            usable = true;
    }
    m_testAll->setEnabled(!m_devices->isTesting());
    m_use->setEnabled(usable);
    m_use->setAccessibleDescription(usable ? QString()
                                           : tr("This device failed its self-test and is not used."));
    m_use->setToolTip(m_use->accessibleDescription());
}

QString DevicePicker::chosen() const
{
    if (m_auto->isChecked())
        return "auto";
    for (const Row &row : m_rows) {
        if (row.pick->isChecked())
            return row.id;
    }
    return m_initial;
}

void DevicePicker::showDetails(const QString &id)
{
    if (const Device *device = m_devices->find(id)) {
        auto *dialog = new SelftestDetails(*device, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    }
}

SelftestDetails::SelftestDetails(const Device &device, QWidget *parent) : QDialog(parent)
{
    setObjectName("deviceDetailsDialog");
    setWindowTitle(tr("Self-test of %1").arg(device.name));
    auto *column = new QVBoxLayout(this);
    auto *table = new QTableWidget(int(device.selftest.failed.size()), 5);
    table->setObjectName("deviceDetails");
    table->setAccessibleName(tr("Checks that failed"));
    table->setHorizontalHeaderLabels({tr("Op"), tr("Case"), tr("Error"), tr("Bound"), tr("Used instead")});
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setHighlightSections(false);
    int row = 0;
    for (const SelftestFailure &failure : device.selftest.failed) {
        const QString instead = failure.instead.isEmpty() ? numbers::unknown() : failure.instead;
        const QString cells[] = {failure.op, failure.testCase, QString::number(failure.nmse, 'g', 3),
                                 QString::number(failure.bound, 'g', 3), instead};
        for (int i = 0; i < 5; ++i)
            table->setItem(row, i, new QTableWidgetItem(cells[i]));
        ++row;
    }
    table->resizeColumnsToContents();
    table->horizontalHeader()->setStretchLastSection(true);
    column->addWidget(table);
    auto *close = textButton("deviceDetailsClose", {}, tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    column->addWidget(close, 0, Qt::AlignRight);
    resize(scaled(620), scaled(320));
}

} // namespace lathe::desktop
