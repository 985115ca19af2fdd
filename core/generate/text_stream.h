// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// Turns the bytes of tokens into text that may be shown: holds back unfinished UTF-8 characters and what may
/// be the beginning of a stop string. The pieces handed out, joined, are the whole text.
class TextStream
{
public:
    explicit TextStream(std::vector<std::string> stops) : m_stops(std::move(stops)) {}

    /// Takes the bytes of one token; returns what is certain now, as valid UTF-8.
    std::string add(std::string_view bytes);
    /// What was held back, at the end of the answer.
    std::string flush();
    /// A stop string was found; what follows it is gone.
    bool stopped() const { return m_stopped; }

private:
    size_t heldForStop() const;

    std::vector<std::string> m_stops;
    std::string m_pending;
    bool m_stopped = false;
};

} // namespace lathe
