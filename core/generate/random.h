// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace lathe {

/// xoshiro256++ (Blackman & Vigna 2019, "Scrambled linear pseudorandom number generators"), its state filled
/// from the seed by splitmix64. Integer arithmetic only: the same numbers on every machine.
class Random
{
public:
    explicit Random(uint64_t seed)
    {
        for (uint64_t &word : m_state)
            word = splitMix64(seed);
    }
    explicit Random(const std::array<uint64_t, 4> &state) : m_state(state) {}

    uint64_t next()
    {
        const uint64_t out = std::rotl(m_state[0] + m_state[3], 23) + m_state[0];
        const uint64_t shifted = m_state[1] << 17;
        m_state[2] ^= m_state[0];
        m_state[3] ^= m_state[1];
        m_state[1] ^= m_state[2];
        m_state[0] ^= m_state[3];
        m_state[2] ^= shifted;
        m_state[3] = std::rotl(m_state[3], 45);
        return out;
    }

    /// Uniform in 0 ≤ u < 1, with 53 bits.
    double uniform() { return double(next() >> 11) * 0x1p-53; }

    static uint64_t splitMix64(uint64_t &state)
    {
        uint64_t z = (state += 0x9e3779b97f4a7c15U);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }

private:
    std::array<uint64_t, 4> m_state{};
};

} // namespace lathe
