// SPDX-License-Identifier: GPL-3.0-or-later
// The devices of the open dialog: what the model would take on each, what is free there, and the badge.
#include "app/desktop/dialogs/open_dialog.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/fit_chip.h"
#include "app/desktop/window/selftest_text.h"

#include <QComboBox>
#include <QHeaderView>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTableWidget>

namespace lathe::desktop {

namespace {

enum DeviceColumn { Name, Weights, Cache, Scratch, Free, Badge, Test, Columns };

Qt::Alignment alignmentOf(int column)
{
    return (column >= Weights && column <= Free ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
}

} // namespace

void OpenDialog::buildTable()
{
    m_table = new QTableWidget(0, Columns);
    m_table->setObjectName("openDevices");
    m_table->setAccessibleName(tr("Devices"));
    m_table->setHorizontalHeaderLabels({tr("Device"), tr("Weights"), tr("KV cache"), tr("Scratch"),
                                        tr("Memory free"), tr("Fit"), tr("Self-test")});
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(Test, QHeaderView::Stretch);
    m_table->horizontalHeader()->setMinimumSectionSize(scaled(64));
    m_table->horizontalHeader()->setHighlightSections(false);
    for (int column = 0; column < Columns; ++column)
        m_table->horizontalHeaderItem(column)->setTextAlignment(alignmentOf(column));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(scaled(28));
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
}

void OpenDialog::fillDevices()
{
    const Device *chosen = device();
    const QString wanted = chosen                        ? chosen->id
                           : m_proposal.device == "auto" ? m_devices->autoId()
                                                         : m_proposal.device;
    {
        const QSignalBlocker quiet(m_table);
        const QList<Device> &devices = m_devices->devices();
        m_table->setRowCount(int(devices.size()));
        for (int row = 0; row < devices.size(); ++row) {
            for (int column = 0; column < Columns; ++column) {
                auto *item = new QTableWidgetItem;
                item->setTextAlignment(alignmentOf(column));
                m_table->setItem(row, column, item);
            }
            const Device &device = devices[row];
            const SelftestText test = selftestText(device);
            m_table->item(row, Name)->setText(shortName(device));
            m_table->item(row, Name)->setData(Qt::UserRole, device.id);
            m_table->item(row, Free)->setText(numbers::usedOf(device.freeBytes(), device.budgetBytes));
            m_table->item(row, Free)->setToolTip(numbers::bytesExact(device.freeBytes()));
            m_table->item(row, Test)->setIcon(icon(test.icon, test.tone));
            m_table->item(row, Test)->setText(test.text);
            m_table->item(row, Test)->setToolTip(test.text);
            if (device.id == wanted)
                m_table->selectRow(row);
        }
        const int rows = std::clamp(int(devices.size()), 1, 5);
        m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() + rows * scaled(28) + 2);
    }
    update();
}

/// The numbers of every device for what is set now.
void OpenDialog::fillNeeds()
{
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const Device *one = m_devices->find(m_table->item(row, Name)->data(Qt::UserRole).toString());
        if (!one)
            continue;
        const MemoryEstimate memory = estimateOn(*one);
        const std::pair<int, uint64_t> parts[] = {
            {Weights, memory.weights}, {Cache, memory.cache}, {Scratch, memory.scratch}};
        for (const auto &[column, bytes] : parts) {
            m_table->item(row, column)->setText(numbers::bytes(bytes));
            m_table->item(row, column)->setToolTip(numbers::bytesExact(bytes));
        }
        const FitLook look = lookOf(memory.fit());
        m_table->item(row, Badge)->setIcon(icon(look.icon, look.tone));
        m_table->item(row, Badge)->setText(look.word);
        m_table->item(row, Badge)->setToolTip(memoryFormula(memory));
    }
}

const Device *OpenDialog::device() const
{
    const auto selected = m_table->selectionModel()->selectedRows(Name);
    return selected.isEmpty() ? nullptr : m_devices->find(selected.first().data(Qt::UserRole).toString());
}

MemoryEstimate OpenDialog::estimateOn(const Device &device) const
{
    return estimateMemory(m_model.on(device.id), m_context->value(), kv(), device.budgetBytes,
                          device.usedBytes);
}

} // namespace lathe::desktop
