// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <optional>

/// How numbers read on screen: decimal units (1 MB = 1,000,000 bytes), separators of the default QLocale,
/// U+2212 as minus, "–" for what is unknown. Clipboard, CSV, seeds and hashes use the C locale instead.
namespace lathe::desktop::numbers {

/// "–": printed in place of a number that is not known; never 0.
QString unknown();

/// A number with a fixed count of decimals and U+2212 as minus.
QString decimal(double value, int decimals);

/// A whole number with thousands separators: 2,048.
QString count(qint64 value);

/// Three significant digits: 98.4 MB, 2.50 GB, 553 kB; below 1,000 "512 bytes".
QString bytes(uint64_t sizeBytes);

/// For tooltips and exact forecasts: "98,362,432 bytes (93.8 MiB)".
QString bytesExact(uint64_t sizeBytes);

/// "1.9 of 12.9 GB": both in the unit of the total, one decimal.
QString usedOf(uint64_t usedBytes, uint64_t totalBytes);

/// tokens/s: from 100 whole, from 10 one decimal, below two; "–" for a rate that is not positive.
QString rate(double tokensPerSecond);

/// Time: 0.09 s, 1.2 s, 11 s, 1 min 31 s, 2 h 05 min.
QString duration(double seconds);

/// "1.2 s left"; "estimating" before 3 % or 5 s of work are done.
QString timeLeft(double progress, double elapsedSeconds, std::optional<double> etaSeconds);

/// A share 0…1 with one decimal: 82.9 %.
QString share(double value);

/// Progress 0…1 as a whole number that reaches 100 only at the end: 41 %.
QString percent(double progress);

/// Parameters of a model: 134.5 M, 4.02 B, 260 k.
QString parameters(uint64_t count);

/// The first eight hexadecimal digits of a SHA-256 behind "#"; empty for an empty hash.
QString badge(const QString &sha256);

} // namespace lathe::desktop::numbers
