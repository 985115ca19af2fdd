// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <functional>

class QLabel;
class QLineEdit;
class QPushButton;

namespace lathe::desktop {

/// Asks for a name. Save is enabled while the name is a good one; why it is not stands under the field.
class NameDialog : public QDialog
{
    Q_OBJECT
public:
    NameDialog(const QString &title, const QString &proposal, QWidget *parent = nullptr);

    /// Says what is wrong with a name, empty if nothing.
    void setCheck(std::function<QString(const QString &)> check);
    /// Without space around it.
    QString name() const;

private:
    void check();

    std::function<QString(const QString &)> m_check;
    QLineEdit *m_field;
    QLabel *m_fault;
    QPushButton *m_save;
};

} // namespace lathe::desktop
