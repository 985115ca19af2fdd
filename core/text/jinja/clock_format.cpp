// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/clock_format.h"

#include <array>
#include <ctime>

namespace lathe::jinja {

namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};

struct Moment {
    std::tm local{};
    int64_t microseconds = 0;
};

std::string padded(int64_t value, size_t width)
{
    std::string digits = std::to_string(value);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

/// A conversion is either text or a number with a width.
struct Conversion {
    char letter;
    size_t width; ///< 0: text
    int64_t (*number)(const Moment &);
    std::string (*text)(const Moment &);
};

std::string formatted(std::string_view format, const Moment &moment);

constexpr std::array<Conversion, 29> kConversions = {{
    {'Y', 1, [](const Moment &m) { return int64_t(m.local.tm_year) + 1900; }, nullptr},
    {'C', 2, [](const Moment &m) { return (int64_t(m.local.tm_year) + 1900) / 100; }, nullptr},
    {'y', 2, [](const Moment &m) { return int64_t(m.local.tm_year) % 100; }, nullptr},
    {'m', 2, [](const Moment &m) { return int64_t(m.local.tm_mon) + 1; }, nullptr},
    {'d', 2, [](const Moment &m) { return int64_t(m.local.tm_mday); }, nullptr},
    {'H', 2, [](const Moment &m) { return int64_t(m.local.tm_hour); }, nullptr},
    {'I', 2, [](const Moment &m) { return int64_t(m.local.tm_hour + 11) % 12 + 1; }, nullptr},
    {'M', 2, [](const Moment &m) { return int64_t(m.local.tm_min); }, nullptr},
    {'S', 2, [](const Moment &m) { return int64_t(m.local.tm_sec); }, nullptr},
    {'j', 3, [](const Moment &m) { return int64_t(m.local.tm_yday) + 1; }, nullptr},
    {'f', 6, [](const Moment &m) { return m.microseconds; }, nullptr},
    {'w', 1, [](const Moment &m) { return int64_t(m.local.tm_wday); }, nullptr},
    {'u', 1, [](const Moment &m) { return int64_t(m.local.tm_wday + 6) % 7 + 1; }, nullptr},
    {'a', 0, nullptr,
     [](const Moment &m) { return std::string(kDays[size_t(m.local.tm_wday)].substr(0, 3)); }},
    {'A', 0, nullptr, [](const Moment &m) { return std::string(kDays[size_t(m.local.tm_wday)]); }},
    {'b', 0, nullptr,
     [](const Moment &m) { return std::string(kMonths[size_t(m.local.tm_mon)].substr(0, 3)); }},
    {'h', 0, nullptr,
     [](const Moment &m) { return std::string(kMonths[size_t(m.local.tm_mon)].substr(0, 3)); }},
    {'B', 0, nullptr, [](const Moment &m) { return std::string(kMonths[size_t(m.local.tm_mon)]); }},
    {'p', 0, nullptr, [](const Moment &m) { return std::string(m.local.tm_hour < 12 ? "AM" : "PM"); }},
    {'e', 0, nullptr,
     [](const Moment &m) { return (m.local.tm_mday < 10 ? " " : "") + std::to_string(m.local.tm_mday); }},
    {'D', 0, nullptr, [](const Moment &m) { return formatted("%m/%d/%y", m); }},
    {'x', 0, nullptr, [](const Moment &m) { return formatted("%m/%d/%y", m); }},
    {'F', 0, nullptr, [](const Moment &m) { return formatted("%Y-%m-%d", m); }},
    {'R', 0, nullptr, [](const Moment &m) { return formatted("%H:%M", m); }},
    {'T', 0, nullptr, [](const Moment &m) { return formatted("%H:%M:%S", m); }},
    {'X', 0, nullptr, [](const Moment &m) { return formatted("%H:%M:%S", m); }},
    {'c', 0, nullptr, [](const Moment &m) { return formatted("%a %b %e %H:%M:%S %Y", m); }},
    {'n', 0, nullptr, [](const Moment &) { return std::string("\n"); }},
    {'%', 0, nullptr, [](const Moment &) { return std::string("%"); }},
}};

std::string formatted(std::string_view format, const Moment &moment)
{
    std::string out;
    for (size_t pos = 0; pos < format.size(); ++pos) {
        const bool bare = format[pos] == '%' && pos + 2 < format.size() && format[pos + 1] == '-';
        const size_t letterAt = pos + (bare ? 2 : 1);
        const Conversion *found = nullptr;
        if (format[pos] == '%' && letterAt < format.size())
            for (const Conversion &conversion : kConversions)
                if (conversion.letter == format[letterAt])
                    found = &conversion;
        if (!found) {
            out.push_back(format[pos]);
            continue;
        }
        out += found->text ? found->text(moment) : padded(found->number(moment), bare ? 1 : found->width);
        pos = letterAt;
    }
    return out;
}

} // namespace

void appendClock(TextBuilder &out, std::string_view format, Machine::Clock::time_point now)
{
    using std::chrono::duration_cast;
    constexpr size_t kMaxFormat = 4096;
    if (format.size() > kMaxFormat)
        out.budget().fail("the format of ‘strftime_now’ is too long");
    out.budget().step(4 * format.size()); // a conversion may stand for eight others
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    const std::time_t stamp = Machine::Clock::to_time_t(seconds);
    Moment moment;
    if (!localtime_r(&stamp, &moment.local))
        out.budget().fail("the clock’s time is out of range");
    moment.microseconds = duration_cast<std::chrono::microseconds>(now - seconds).count();
    out.append(formatted(format, moment));
}

} // namespace lathe::jinja
