// SPDX-License-Identifier: GPL-3.0-or-later
// Included by codecs.inl.
namespace {

struct LATHE_BLOCK Half {
    uint16_t bits;
};

void decodeF32(const std::byte *in, float *out, size_t blocks)
{
    if (blocks > 0) // an empty tensor has no address
        __builtin_memcpy(out, in, blocks * sizeof(float));
}

void decodeF16(const std::byte *in, float *__restrict out, size_t blocks)
{
    const Half *halves = reinterpret_cast<const Half *>(in);
    for (size_t i = 0; i < blocks; ++i)
        out[i] = halfValue(halves[i].bits);
}

void decodeBF16(const std::byte *in, float *__restrict out, size_t blocks)
{
    const Half *halves = reinterpret_cast<const Half *>(in);
    for (size_t i = 0; i < blocks; ++i)
        out[i] = __builtin_bit_cast(float, uint32_t(halves[i].bits) << 16);
}

} // namespace
