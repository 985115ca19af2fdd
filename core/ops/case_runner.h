// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// The tensors of a case with their contents. Move only: `in` and `out` point into the buffers.
struct FilledCase {
    std::vector<std::vector<std::byte>> buffers;
    std::vector<HostTensor> in;
    std::vector<HostTensor> out;

    FilledCase() = default;
    FilledCase(FilledCase &&) = default;
    FilledCase &operator=(FilledCase &&) = default;
};

/// Fills a case's inputs, and the state tensors among its outputs, from the seed: the same bytes on every
/// machine but for the last place of rotary cosines and sines.
FilledCase fillCase(const OpCase &row, uint64_t seed);

/// Runs a rung of an op on a filled case.
void runHost(void (*rung)(const HostCall &), const OpCase &row, const FilledCase &filled,
             ThreadPool *pool = nullptr);

/// NMSE = Σ(a − b)² / Σb² over all elements, 0 for equal tensors, infinity where either is not finite; of
/// index tensors 0 if they are equal, else infinity.
double compare(const HostTensor &actual, const HostTensor &expected);

} // namespace lathe
