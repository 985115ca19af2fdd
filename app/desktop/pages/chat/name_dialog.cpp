// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/name_dialog.h"

#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QLineEdit>
#include <QVBoxLayout>

namespace lathe::desktop {

NameDialog::NameDialog(const QString &title, const QString &proposal, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("nameDialog"));
    setWindowTitle(title);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(scaled(16), scaled(16), scaled(16), scaled(12));
    auto *label = new QLabel(tr("Name"));
    m_field = new QLineEdit(proposal);
    m_field->setObjectName(QStringLiteral("nameField"));
    m_field->setAccessibleName(tr("Name"));
    m_field->setMaxLength(60);
    m_field->setMinimumWidth(scaled(320));
    m_field->selectAll();
    label->setBuddy(m_field);
    m_fault = roleLabel("error");
    m_fault->setObjectName(QStringLiteral("nameFault"));
    m_fault->setWordWrap(true);
    auto *row = new QHBoxLayout;
    QPushButton *cancel = textButton(QStringLiteral("nameCancel"), {}, tr("Cancel"));
    m_save = primaryButton(QStringLiteral("nameSave"), {}, tr("Save"));
    m_save->setDefault(true);
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(m_save);
    column->addWidget(label);
    column->addWidget(m_field);
    column->addWidget(m_fault);
    column->addLayout(row);
    connect(m_field, &QLineEdit::textChanged, this, &NameDialog::check);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &QDialog::accept);
}

void NameDialog::setCheck(std::function<QString(const QString &)> check)
{
    m_check = std::move(check);
    this->check();
}

QString NameDialog::name() const
{
    return m_field->text().trimmed();
}

void NameDialog::check()
{
    const QString fault = m_check(m_field->text());
    m_save->setEnabled(fault.isEmpty());
    m_save->setAccessibleDescription(fault);
    m_fault->setText(m_field->text().isEmpty() ? QString() : fault);
}

} // namespace lathe::desktop
