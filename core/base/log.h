// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lathe {

enum class LogLevel { Info, Warning, Error };

/// The engine's log: the last 200 lines, kept for "Copy diagnostics". Thread-safe. Never holds chat text.
/// Passed by pointer to whoever logs; a null pointer means that nobody listens.
class Log
{
public:
    using Sink = void (*)(LogLevel, std::string_view, void *);

    explicit Log(Sink sink = nullptr, void *sinkData = nullptr);
    ~Log();
    Log(const Log &) = delete;
    Log &operator=(const Log &) = delete;

    void write(LogLevel level, std::string text);
    std::vector<std::string> lastLines() const;

private:
    struct State;
    State *m_state;
};

} // namespace lathe
