// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/dialogs/trash_dialog.h"

#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QDateTime>
#include <QListWidget>
#include <QLocale>
#include <QVBoxLayout>

namespace lathe::desktop {

TrashDialog::TrashDialog(Workspace *workspace, QWidget *parent) : QDialog(parent), m_workspace(workspace)
{
    setObjectName("trashDialog");
    setWindowTitle(tr("Trash"));
    auto *column = new QVBoxLayout(this);
    column->addWidget(roleLabel("caption", tr("Chats stay here for 30 days.")));
    m_list = new QListWidget;
    m_list->setObjectName("trashList");
    m_list->setAccessibleName(tr("Chats in the trash"));
    column->addWidget(m_list, 1);
    auto *row = new QHBoxLayout;
    m_restore = textButton("trashRestore", "undo", tr("Restore"));
    m_erase = textButton("trashErase", "trash", tr("Delete for good"));
    auto *close = textButton("trashClose", {}, tr("Close"));
    row->addWidget(m_restore);
    row->addWidget(m_erase);
    row->addStretch(1);
    row->addWidget(close);
    column->addLayout(row);
    const auto current = [this] { return m_list->currentItem()->data(Qt::UserRole).toLongLong(); };
    connect(m_restore, &QPushButton::clicked, this, [this, current] { m_workspace->restore(current()); });
    connect(m_erase, &QPushButton::clicked, this, [this, current] { m_workspace->eraseChat(current()); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(workspace, &Workspace::chatListChanged, this, &TrashDialog::fill);
    fill();
    resize(scaled(460), scaled(380));
}

void TrashDialog::fill()
{
    const int row = m_list->currentRow();
    m_list->clear();
    for (const Chat *chat : m_workspace->chats()) {
        if (chat->trashed == 0)
            continue;
        const QDateTime when = QDateTime::fromMSecsSinceEpoch(chat->trashed);
        const QString title = chat->title.isEmpty() ? tr("Untitled chat") : chat->title;
        auto *item = new QListWidgetItem(
            title + QStringLiteral(" · ") + QLocale().toString(when.date(), "d MMM"), m_list);
        item->setData(Qt::UserRole, chat->id);
    }
    m_list->setCurrentRow(std::clamp(row, 0, std::max(0, m_list->count() - 1)));
    m_restore->setEnabled(m_list->count() > 0);
    m_erase->setEnabled(m_list->count() > 0);
}

} // namespace lathe::desktop
