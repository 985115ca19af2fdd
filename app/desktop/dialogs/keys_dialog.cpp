// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/dialogs/keys_dialog.h"

#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/commands.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QTableWidget>
#include <QVBoxLayout>

namespace lathe::desktop {

/// Keys that belong to the place of the focus and so to no command.
static QList<std::pair<QString, QString>> fixedKeys()
{
    return {{KeysDialog::tr("Send the message"), "Enter"},
            {KeysDialog::tr("New line in the message"), "Shift+Enter"},
            {KeysDialog::tr("Stop the answer, then close a message"), "Esc"},
            {KeysDialog::tr("Rename a chat"), "F2"},
            {KeysDialog::tr("Move a chat to the trash"), "Del"}};
}

KeysDialog::KeysDialog(const Commands &commands, QWidget *parent) : QDialog(parent)
{
    setObjectName("keysDialog");
    setWindowTitle(tr("List of keys"));
    auto *column = new QVBoxLayout(this);
    auto *filter = new QLineEdit;
    filter->setObjectName("keysFilter");
    filter->setPlaceholderText(tr("Filter commands"));
    filter->setAccessibleName(tr("Filter commands"));
    QList<std::pair<QString, QString>> rows;
    for (const QAction *action : commands.all()) {
        if (!action->shortcuts().isEmpty())
            rows.append({commandName(action), commandKeys(action)});
    }
    rows.append(fixedKeys());
    auto *table = new QTableWidget(int(rows.size()), 2);
    table->setObjectName("keysTable");
    table->setAccessibleName(tr("Keys"));
    table->setHorizontalHeaderLabels({tr("Command"), tr("Keys")});
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    for (int row = 0; row < rows.size(); ++row) {
        table->setItem(row, 0, new QTableWidgetItem(rows[row].first));
        table->setItem(row, 1, new QTableWidgetItem(rows[row].second));
    }
    connect(filter, &QLineEdit::textChanged, table, [table](const QString &text) {
        for (int row = 0; row < table->rowCount(); ++row) {
            const QString line = table->item(row, 0)->text() + ' ' + table->item(row, 1)->text();
            table->setRowHidden(row, !line.contains(text, Qt::CaseInsensitive));
        }
    });
    auto *close = textButton("keysClose", {}, tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    column->addWidget(filter);
    column->addWidget(table, 1);
    column->addWidget(close, 0, Qt::AlignRight);
    resize(scaled(520), scaled(560));
}

} // namespace lathe::desktop
