// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

/// The decoders behind DTypeInfo::decode, one per weight format: `blocks` blocks of the file layout at `in`
/// (any alignment) → floats at `out`. Exact: every product and sum is rounded to float, in the order of
/// ggml's dequantize_row functions. The formula of each stands at its definition; layouts are those of GGUF
/// files.
namespace lathe::codecs {

void decodeF32(const std::byte *in, float *out, size_t blocks);
void decodeF16(const std::byte *in, float *out, size_t blocks);
void decodeBF16(const std::byte *in, float *out, size_t blocks);

void decodeQ4_0(const std::byte *in, float *out, size_t blocks);
void decodeQ4_1(const std::byte *in, float *out, size_t blocks);
void decodeQ5_0(const std::byte *in, float *out, size_t blocks);
void decodeQ5_1(const std::byte *in, float *out, size_t blocks);
void decodeQ8_0(const std::byte *in, float *out, size_t blocks);

void decodeQ2_K(const std::byte *in, float *out, size_t blocks);
void decodeQ3_K(const std::byte *in, float *out, size_t blocks);
void decodeQ4_K(const std::byte *in, float *out, size_t blocks);
void decodeQ5_K(const std::byte *in, float *out, size_t blocks);
void decodeQ6_K(const std::byte *in, float *out, size_t blocks);

void decodeIQ4_NL(const std::byte *in, float *out, size_t blocks);
void decodeIQ4_XS(const std::byte *in, float *out, size_t blocks);

} // namespace lathe::codecs
