// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>

namespace lathe::desktop {

/// How well `query` matches `text`: its letters in order, without regard to case; consecutive letters,
/// beginnings of words and an early place count more. Nothing where a letter is missing; 0 for an empty
/// query.
std::optional<int> fuzzyScore(const QString &query, const QString &text);

} // namespace lathe::desktop
