// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"
#include "core/base/checked.h"
#include "core/formats/gguf.h"
#include "core/formats/gguf_limits.h"

namespace lathe {

/// One pass over the bytes of a GGUF file. Memory grows with the number of keys and tensors only; both are
/// bounded by the file's size and by 500,000.
class GgufParser
{
public:
    GgufParser(std::span<const std::byte> bytes, std::string name) : m_bytes(bytes), m_name(std::move(name))
    {
    }

    Result<GgufFile> parse();

private:
    tl::unexpected<Error> bad(std::string what) const;
    tl::unexpected<Error> cutShort(const std::string &where) const;

    Result<> readHeader();
    Result<> readMetadata();
    Result<GgufValue> readValue(std::string_view key);
    Result<GgufValue> readArray(std::string_view key);
    Result<> skipStrings(std::string_view key, uint64_t count);
    Result<> readSettings();
    Result<> readTensorInfos();
    Result<GgufTensor> readTensorInfo(uint64_t number);
    Result<> readShape(GgufTensor &tensor, const std::string &label);
    Result<> placeTensors();
    Result<> checkOverlaps() const;

    uint64_t left() const { return m_bytes.size() - m_at; }
    /// The next T, or nothing at the end of the file.
    template <class T> std::optional<T> read()
    {
        if (left() < sizeof(T))
            return std::nullopt;
        m_at += sizeof(T);
        return loadLe<T>(m_bytes.data() + m_at - sizeof(T));
    }
    std::optional<std::string_view> readString();

    std::span<const std::byte> m_bytes;
    uint64_t m_at = 0; // ≤ m_bytes.size()
    std::string m_name;
    uint64_t m_keyCount = 0, m_tensorCount = 0;
    uint64_t m_elements = 0; // of the arrays so far
    uint64_t m_alignment = kGgufDefaultAlignment;
    GgufFile m_file;
};

} // namespace lathe
