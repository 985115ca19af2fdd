// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/fuzzy.h"

namespace lathe::desktop {

std::optional<int> fuzzyScore(const QString &query, const QString &text)
{
    constexpr int kLetter = 10, kConsecutive = 15, kWordStart = 20;
    int score = 0;
    qsizetype at = 0, previous = -2;
    for (const QChar letter : query) {
        if (letter.isSpace())
            continue;
        const qsizetype found = text.indexOf(letter, at, Qt::CaseInsensitive);
        if (found < 0)
            return std::nullopt;
        score += kLetter;
        if (found == previous + 1)
            score += kConsecutive;
        if (found == 0 || !text[found - 1].isLetterOrNumber())
            score += kWordStart;
        score -= int(std::min<qsizetype>(found - at, kLetter));
        previous = found;
        at = found + 1;
    }
    // Of two texts that match alike the shorter one is meant.
    return query.trimmed().isEmpty() ? 0 : score - int(text.size() / 8);
}

} // namespace lathe::desktop
