// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QAbstractItemModel;
class QLabel;
class QTableView;

namespace lathe::desktop {

class ElidedLabel;
class FitIndex;
class FolderTable;
class ModelsFolder;
class Settings;

/// A table of models, name · size · day, in which a click or Enter opens one; a sentence where it is empty.
QTableView *modelTable(const QString &objectName, const QString &name, QAbstractItemModel *model);

/// The models opened before.
class RecentCard : public QFrame
{
    Q_OBJECT
public:
    RecentCard(Settings *settings, FitIndex *fits, QWidget *parent = nullptr);

signals:
    void openRequested(const QString &path);
};

/// The models in the models folder, and the button that chooses another folder.
class FolderCard : public QFrame
{
    Q_OBJECT
public:
    FolderCard(ModelsFolder *folder, FitIndex *fits, Settings *settings, QWidget *parent = nullptr);

signals:
    void openRequested(const QString &path);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void update();

    ModelsFolder *m_folder;
    FolderTable *m_table;
    ElidedLabel *m_path;
    QLabel *m_empty;
    QTableView *m_view;
};

} // namespace lathe::desktop
