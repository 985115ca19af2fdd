// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/format.h"

#include <cmath>
#include <cstdio>

namespace lathe::cli {

std::string fixed(double value, int digits)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string scientific(double value)
{
    if (!std::isfinite(value))
        return "infinity";
    char text[32];
    std::snprintf(text, sizeof text, "%.1e", value);
    return text;
}

std::string significant(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

std::string bytesText(uint64_t bytes)
{
    constexpr const char *kUnits[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = double(bytes);
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
        value /= 1000;
        ++unit;
    }
    const int digits = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return fixed(value, digits) + " " + kUnits[unit];
}

DeviceOptions deviceOptions(const CommonOptions &common)
{
    return {common.threads, common.breakKernel, common.math};
}

} // namespace lathe::cli
