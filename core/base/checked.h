// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

namespace lathe {

/// Unsigned 64-bit arithmetic that remembers an overflow. Every size, count and offset that comes from a file
/// goes through it: `auto end = Checked(offset) + Checked(rows) * rowBytes; if (!end.fits(fileBytes)) …`.
class Checked
{
public:
    constexpr Checked(uint64_t value) : m_value(value) {}

    friend constexpr Checked operator+(Checked a, Checked b)
    {
        uint64_t out = 0;
        const bool over = __builtin_add_overflow(a.m_value, b.m_value, &out);
        return Checked(out, a.m_ok && b.m_ok && !over);
    }
    friend constexpr Checked operator*(Checked a, Checked b)
    {
        uint64_t out = 0;
        const bool over = __builtin_mul_overflow(a.m_value, b.m_value, &out);
        return Checked(out, a.m_ok && b.m_ok && !over);
    }
    friend constexpr Checked operator-(Checked a, Checked b)
    {
        return Checked(a.m_value - b.m_value, a.m_ok && b.m_ok && a.m_value >= b.m_value);
    }

    /// The next multiple of `alignment` (a power of two).
    constexpr Checked alignedTo(uint64_t alignment) const
    {
        const Checked up = *this + (alignment - 1);
        return Checked(up.m_value & ~(alignment - 1), up.m_ok);
    }

    constexpr bool ok() const { return m_ok; }
    /// No overflow happened and the value is at most `limit`.
    constexpr bool fits(uint64_t limit) const { return m_ok && m_value <= limit; }
    /// The value, or nothing after an overflow.
    constexpr std::optional<uint64_t> value() const
    {
        return m_ok ? std::optional<uint64_t>(m_value) : std::nullopt;
    }

private:
    constexpr Checked(uint64_t value, bool ok) : m_value(value), m_ok(ok) {}

    uint64_t m_value = 0;
    bool m_ok = true;
};

/// `a` divided by `b`, rounded up.
template <class T> constexpr T ceilDiv(T a, T b) { return (a + b - 1) / b; }

/// The next multiple of `step`.
template <class T> constexpr T roundUp(T a, T step) { return ceilDiv(a, step) * step; }

} // namespace lathe
