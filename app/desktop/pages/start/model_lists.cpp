// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/start/model_lists.h"

#include "app/desktop/pages/start/folder_table.h"
#include "app/desktop/pages/start/recent_table.h"
#include "app/desktop/settings/choose_folder.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QHeaderView>
#include <QTableView>
#include <QVBoxLayout>

namespace lathe::desktop {

QTableView *modelTable(const QString &objectName, const QString &name, QAbstractItemModel *model)
{
    auto *view = new QTableView;
    view->setObjectName(objectName);
    view->setAccessibleName(name);
    view->setModel(model);
    view->setFrameShape(QFrame::NoFrame);
    view->setShowGrid(false);
    view->setAlternatingRowColors(true);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setTabKeyNavigation(false);
    view->setWordWrap(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(scaled(28));
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    view->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    return view;
}

static QLabel *emptyNote(const QString &objectName, const QString &text)
{
    QLabel *note = roleLabel("muted", text);
    note->setObjectName(objectName);
    note->setAlignment(Qt::AlignCenter);
    note->setWordWrap(true);
    note->setMargin(scaled(12));
    return note;
}

RecentCard::RecentCard(Settings *settings, FitIndex *fits, QWidget *parent) : QFrame(parent)
{
    setRole(this, "card");
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(6, 6, 6, 6);
    auto *table = new RecentTable(settings, fits, this);
    QTableView *view = modelTable("startRecent", tr("Recent models"), table);
    QLabel *empty = emptyNote("startRecentEmpty", tr("Models that you open are listed here."));
    column->addWidget(view, 1);
    column->addWidget(empty, 1);
    const auto update = [view, empty, table] {
        const bool none = table->rowCount() == 0;
        view->setVisible(!none);
        empty->setVisible(none);
    };
    connect(table, &QAbstractItemModel::modelReset, this, update);
    update();
    const auto open = [this, table](const QModelIndex &index) {
        emit openRequested(table->pathAt(index.row()));
    };
    connect(view, &QTableView::activated, this, open);
    connect(view, &QTableView::clicked, this, open);
}

FolderCard::FolderCard(ModelsFolder *folder, FitIndex *fits, Settings *settings, QWidget *parent)
    : QFrame(parent), m_folder(folder), m_table(new FolderTable(folder, fits, this))
{
    setRole(this, "card");
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    auto *head = new QHBoxLayout;
    head->setSpacing(scaled(8));
    head->addWidget(roleLabel("heading", tr("Models on this machine")));
    m_path = new ElidedLabel(Qt::ElideMiddle);
    m_path->setObjectName("startFolderPath");
    setRole(m_path, "caption");
    head->addWidget(m_path, 1);
    QPushButton *choose = textButton("startFolderChoose", {}, tr("Other folder …"));
    head->addWidget(choose);
    m_view = modelTable("startFolder", tr("Models on this machine"), m_table);
    m_empty = emptyNote("startFolderEmpty", {});
    column->addLayout(head);
    column->addWidget(m_view, 1);
    column->addWidget(m_empty, 1);
    const auto open = [this](const QModelIndex &index) { emit openRequested(m_table->pathAt(index.row())); };
    connect(m_view, &QTableView::activated, this, open);
    connect(m_view, &QTableView::clicked, this, open);
    connect(choose, &QPushButton::clicked, this,
            [this, settings] { chooseModelsFolder(this, m_folder->path(), settings); });
    connect(folder, &ModelsFolder::changed, this, &FolderCard::update);
    update();
}

void FolderCard::update()
{
    const bool none = m_folder->models().isEmpty();
    m_path->setFullText(m_folder->path());
    m_view->setVisible(!none);
    m_empty->setVisible(none);
    m_empty->setText(
        m_folder->fault().isEmpty()
            ? tr("No model in this folder yet. GGUF files and model folders put there are listed.")
            : tr("This folder cannot be listed. %1.").arg(m_folder->fault()));
}

void FolderCard::showEvent(QShowEvent *event)
{
    QFrame::showEvent(event);
    m_folder->refresh(); // files come and go without telling
}

} // namespace lathe::desktop
