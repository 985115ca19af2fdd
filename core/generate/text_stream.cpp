// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/text_stream.h"

#include "core/base/bytes.h"

#include <algorithm>

namespace lathe {

size_t TextStream::heldForStop() const
{
    size_t held = 0;
    for (const std::string &stop : m_stops) {
        for (size_t length = std::min(m_pending.size(), stop.size()); length > held; --length) {
            if (m_pending.ends_with(std::string_view(stop).substr(0, length)))
                held = length;
        }
    }
    return held;
}

std::string TextStream::add(std::string_view bytes)
{
    m_pending += bytes;
    size_t first = std::string::npos;
    for (const std::string &stop : m_stops) {
        if (!stop.empty())
            first = std::min(first, m_pending.find(stop));
    }
    if (first != std::string::npos) {
        m_stopped = true;
        const std::string out = toValidUtf8(m_pending.substr(0, first));
        m_pending.clear();
        return out;
    }
    const size_t held = std::max(heldForStop(), incompleteUtf8Tail(m_pending));
    const std::string out = toValidUtf8(std::string_view(m_pending).substr(0, m_pending.size() - held));
    m_pending.erase(0, m_pending.size() - held);
    return out;
}

std::string TextStream::flush()
{
    std::string out = toValidUtf8(m_pending);
    m_pending.clear();
    return out;
}

} // namespace lathe
