// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/style/tokens.h"

#include <QAbstractTableModel>
#include <QJsonArray>
#include <QString>

namespace lathe::desktop {

/// An answer token by token as HTML: each token is a link "#n", underlined below 50 % probability, on a tint
/// that is stronger below 20 % and below 5 %.
QString renderTokenText(const QJsonArray &tokens, const Tokens &colours);

/// The candidates of token `number`, one per line: "1  the  90.0 %".
QString tokenTooltip(const QJsonArray &tokens, int number);

/// A token as it is listed: spaces and line ends drawn visibly.
QString visibleToken(const QString &text);

/// The tokens of one answer as a table: number, token, probability, best others.
class TokenTable : public QAbstractTableModel
{
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setTokens(const QJsonArray &tokens);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QJsonArray m_tokens;
};

} // namespace lathe::desktop
