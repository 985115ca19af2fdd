// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/keys_editor.h"

#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/commands.h"

#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QTableWidget>
#include <QVBoxLayout>

namespace lathe::desktop {

KeysEditor::KeysEditor(Commands *commands, QWidget *parent) : QWidget(parent), m_commands(commands)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_table = new QTableWidget(0, 2);
    m_table->setObjectName("settingsKeys");
    m_table->setAccessibleName(tr("Keys"));
    m_table->setHorizontalHeaderLabels({tr("Command"), tr("Keys")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_table->setMinimumHeight(scaled(220));
    column->addWidget(m_table);
    auto *row = new QHBoxLayout;
    auto *label = new QLabel(tr("New keys"));
    m_edit = new QKeySequenceEdit;
    m_edit->setObjectName("settingsKeysEdit");
    m_edit->setAccessibleName(tr("New keys"));
    label->setBuddy(m_edit);
    auto *set = textButton("settingsKeysSet", "check", tr("Set"));
    auto *standard = textButton("settingsKeysStandard", "undo", tr("Standard"));
    auto *none = textButton("settingsKeysNone", "close", tr("None"));
    set->setAccessibleName(tr("Set the new keys"));
    standard->setAccessibleName(tr("Standard keys"));
    none->setAccessibleName(tr("No keys"));
    for (QWidget *widget : std::initializer_list<QWidget *>{label, m_edit, set, standard, none})
        row->addWidget(widget);
    row->addStretch(1);
    column->addLayout(row);
    m_error = roleLabel("error");
    m_error->setObjectName("settingsKeysError");
    m_error->hide();
    column->addWidget(m_error);
    connect(set, &QPushButton::clicked, this,
            [this] { assign(m_edit->keySequence().toString(QKeySequence::PortableText)); });
    connect(none, &QPushButton::clicked, this, [this] { assign({}); });
    connect(standard, &QPushButton::clicked, this, [this] {
        if (const QAction *action = current())
            assign(m_commands->standardKeys(action));
    });
    fill();
}

void KeysEditor::fill()
{
    const int row = m_table->currentRow();
    const QList<QAction *> &actions = m_commands->all();
    m_table->setRowCount(int(actions.size()));
    for (int i = 0; i < actions.size(); ++i) {
        m_table->setItem(i, 0, new QTableWidgetItem(commandName(actions[i])));
        m_table->setItem(i, 1, new QTableWidgetItem(commandKeys(actions[i])));
    }
    m_table->selectRow(std::max(0, row));
}

QAction *KeysEditor::current() const
{
    return m_commands->all().value(m_table->currentRow());
}

void KeysEditor::assign(const QString &keys)
{
    QAction *action = current();
    if (!action)
        return;
    const QString clash = m_commands->rebind(action, keys);
    m_error->setVisible(!clash.isEmpty());
    m_error->setText(tr("%1 belongs to “%2”; change that one first.").arg(keys, clash));
    if (!clash.isEmpty())
        return;
    m_edit->clear();
    fill();
}

} // namespace lathe::desktop
