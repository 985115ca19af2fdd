// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/hf_loaders.h"

#include <cstring>

namespace lathe {

Result<std::vector<std::byte>> PiecesLoader::load() const
{
    size_t total = 0;
    for (const auto &piece : m_pieces)
        total += piece.size();
    std::vector<std::byte> out;
    out.reserve(total);
    for (const auto &piece : m_pieces)
        out.insert(out.end(), piece.begin(), piece.end());
    return out;
}

Result<std::vector<std::byte>> TransposedLoader::load() const
{
    const size_t width = dtypeInfo(m_type).blockBytes;
    std::vector<std::byte> out(m_rows * m_cols * width);
    for (uint64_t col = 0; col < m_cols; ++col) {
        const std::byte *in = m_data.data() + (col * m_stride + m_first) * width;
        for (uint64_t row = 0; row < m_rows; ++row)
            std::memcpy(out.data() + (row * m_cols + col) * width, in + row * width, width);
    }
    return out;
}

Result<std::vector<std::byte>> PlusOneLoader::load() const
{
    const DTypeInfo &info = dtypeInfo(m_type);
    std::vector<float> values(m_data.size() / info.blockBytes);
    info.decode(m_data.data(), values.data(), values.size());
    for (float &value : values)
        value += 1;
    const auto bytes = std::as_bytes(std::span(values));
    return std::vector<std::byte>(bytes.begin(), bytes.end());
}

} // namespace lathe
