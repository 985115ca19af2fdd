// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/style/numbers.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

namespace lathe::desktop::numbers {

static QString tr(const char *text)
{
    return QCoreApplication::translate("lathe::desktop::numbers", text);
}

QString unknown()
{
    return QStringLiteral("–");
}

QString decimal(double value, int decimals)
{
    if (!std::isfinite(value))
        return unknown();
    QString text = QLocale().toString(std::abs(value), 'f', decimals);
    const double unit = std::pow(10.0, -decimals);
    if (value < 0 && std::round(-value / unit) > 0)
        text.prepend(QChar(0x2212));
    return text;
}

QString count(qint64 value)
{
    return decimal(double(value), 0);
}

/// Decimals that give three significant digits, after rounding: 9.996 counts as 10.0.
static int decimalsForThreeDigits(double value)
{
    if (value >= 99.95)
        return 0;
    return value >= 9.995 ? 1 : 2;
}

struct Unit {
    double size;
    const char *name;
};
static constexpr std::array<Unit, 4> kByteUnits{{{1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}}};

static const Unit &byteUnit(double sizeBytes)
{
    // 999,500 bytes round to 1,000 kB, so they already belong to the next unit.
    const auto fits = [&](const Unit &unit) { return sizeBytes >= 0.9995 * unit.size; };
    const auto *found = std::ranges::find_if(kByteUnits, fits);
    return found == kByteUnits.end() ? kByteUnits.back() : *found;
}

QString bytes(uint64_t sizeBytes)
{
    if (sizeBytes < 1000)
        return tr("%1 bytes").arg(sizeBytes);
    const Unit &unit = byteUnit(double(sizeBytes));
    const double value = double(sizeBytes) / unit.size;
    return decimal(value, decimalsForThreeDigits(value)) + ' ' + unit.name;
}

QString bytesExact(uint64_t sizeBytes)
{
    const QString mebi = decimal(double(sizeBytes) / 1048576.0, 1);
    return tr("%1 bytes (%2 MiB)").arg(QLocale().toString(qulonglong(sizeBytes)), mebi);
}

QString usedOf(uint64_t usedBytes, uint64_t totalBytes)
{
    const Unit &unit = byteUnit(double(totalBytes));
    return tr("%1 of %2 %3")
        .arg(decimal(double(usedBytes) / unit.size, 1), decimal(double(totalBytes) / unit.size, 1),
             unit.name);
}

QString rate(double tokensPerSecond)
{
    if (!(tokensPerSecond > 0))
        return unknown();
    const QString number = decimal(tokensPerSecond, decimalsForThreeDigits(tokensPerSecond));
    return tr("%1 tokens/s").arg(number);
}

QString duration(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return unknown();
    if (seconds < 0.995)
        return tr("%1 s").arg(decimal(seconds, 2));
    if (seconds < 9.95)
        return tr("%1 s").arg(decimal(seconds, 1));
    const auto whole = qint64(std::llround(seconds));
    if (whole < 60)
        return tr("%1 s").arg(whole);
    if (whole < 3600)
        return tr("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QChar('0'));
    const qint64 minutes = std::llround(seconds / 60);
    return tr("%1 h %2 min").arg(minutes / 60).arg(minutes % 60, 2, 10, QChar('0'));
}

QString timeLeft(double progress, double elapsedSeconds, std::optional<double> etaSeconds)
{
    constexpr double kMinProgress = 0.03, kMinSeconds = 5;
    if (!etaSeconds || (progress < kMinProgress && elapsedSeconds < kMinSeconds))
        return tr("estimating");
    return tr("%1 left").arg(duration(*etaSeconds));
}

QString share(double value)
{
    return std::isfinite(value) ? decimal(100 * value, 1) + " %" : unknown();
}

QString percent(double progress)
{
    if (!std::isfinite(progress))
        return unknown();
    return QString::number(int(std::floor(100 * std::clamp(progress, 0.0, 1.0) + 1e-9))) + " %";
}

QString parameters(uint64_t n)
{
    const auto value = double(n);
    if (value >= 999.95e6)
        return decimal(value / 1e9, decimalsForThreeDigits(value / 1e9)) + " B";
    if (value >= 999.5e3)
        return decimal(value / 1e6, value >= 9.995e6 ? 1 : 2) + " M";
    if (value >= 1000)
        return decimal(value / 1e3, 0) + " k";
    return QString::number(n);
}

QString badge(const QString &sha256)
{
    return sha256.isEmpty() ? QString() : '#' + sha256.left(8);
}

} // namespace lathe::desktop::numbers
