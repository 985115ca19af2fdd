// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/token_text.h"

#include "app/desktop/style/numbers.h"

#include <QJsonObject>
#include <QStringList>

#include <cmath>

namespace lathe::desktop {

namespace {

double probability(const QJsonObject &token)
{
    const QJsonValue logprob = token.value(QLatin1String("logprob"));
    return logprob.isDouble() ? std::exp(logprob.toDouble()) : 1;
}

QString tokenString(const QJsonObject &token)
{
    return token.value(QLatin1String("text")).toString();
}

} // namespace

QString visibleToken(const QString &text)
{
    QString out = text;
    return out.replace(u' ', u'␣').replace(u'\n', u'↵').replace(u'\t', u'⇥');
}

QString renderTokenText(const QJsonArray &tokens, const Tokens &colours)
{
    QString out = QStringLiteral("<p style=\"white-space:pre-wrap\">");
    for (qsizetype i = 0; i < tokens.size(); ++i) {
        const QJsonObject token = tokens.at(i).toObject();
        const double p = probability(token);
        const QString tint = p < 0.05  ? colours.kl3.name()
                             : p < 0.2 ? colours.kl2.name()
                                       : colours.kl1.name();
        const QString style = p < 0.5 ? QStringLiteral("background-color:%1;").arg(tint) : QString();
        out += QStringLiteral("<a href=\"#%1\" style=\"color:%2; text-decoration:%3; %4\">%5</a>")
                   .arg(i)
                   .arg(colours.text.name(), p < 0.5 ? QStringLiteral("underline") : QStringLiteral("none"),
                        style, tokenString(token).toHtmlEscaped());
    }
    return out + QStringLiteral("</p>");
}

QString tokenTooltip(const QJsonArray &tokens, int number)
{
    const QJsonObject token = tokens.at(number).toObject();
    QStringList lines;
    int rank = 0;
    for (const QJsonValue &value : token.value(QLatin1String("candidates")).toArray()) {
        const QJsonObject candidate = value.toObject();
        lines.append(QStringLiteral("%1  %2  %3")
                         .arg(++rank)
                         .arg(visibleToken(tokenString(candidate)), numbers::share(probability(candidate))));
    }
    return lines.join(u'\n');
}

void TokenTable::setTokens(const QJsonArray &tokens)
{
    beginResetModel();
    m_tokens = tokens;
    endResetModel();
}

int TokenTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_tokens.size());
}

int TokenTable::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : 4;
}

QVariant TokenTable::data(const QModelIndex &index, int role) const
{
    if (role == Qt::TextAlignmentRole && (index.column() == 0 || index.column() == 2))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const QJsonObject token = m_tokens.at(index.row()).toObject();
    if (role == Qt::ToolTipRole)
        return tokenTooltip(m_tokens, index.row());
    switch (index.column()) {
    case 0:
        return index.row() + 1;
    case 1:
        return visibleToken(tokenString(token));
    case 2:
        return numbers::share(probability(token));
    default:
        break;
    }
    QStringList others;
    for (const QJsonValue &value : token.value(QLatin1String("candidates")).toArray()) {
        const QJsonObject candidate = value.toObject();
        if (tokenString(candidate) != tokenString(token) && others.size() < 3)
            others.append(QStringLiteral("%1 %2").arg(visibleToken(tokenString(candidate)),
                                                      numbers::share(probability(candidate))));
    }
    return others.join(QStringLiteral(" · "));
}

QVariant TokenTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QStringList names{tr("#"), tr("Token"), tr("Probability"), tr("Best others")};
    return names.value(section);
}

} // namespace lathe::desktop
