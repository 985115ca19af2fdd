// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lathe {

/// One tensor of a safetensors file, to read or to write. `data` is row-major, little-endian, of any
/// alignment, and belongs to the file (reading) or to the caller (writing).
struct SafetensorsTensor {
    std::string name;
    std::string dtype; ///< as the file spells it: "F32", "BF16", "I64", "U8", "BOOL", …
    std::vector<uint64_t> shape;
    std::span<const std::byte> data;
};

/// A tensor to write whose data are made while the file is written: `produce` appends as many bytes as dtype
/// and shape ask for.
struct ProducedTensor {
    std::string name;
    std::string dtype;
    std::vector<uint64_t> shape;
    ProduceBytes produce;
};

/// Bits of one element of a safetensors dtype; nothing for a name the format does not know.
std::optional<uint32_t> safetensorsBits(std::string_view dtype);

/// A safetensors file (https://huggingface.co/docs/safetensors: u64 header length, JSON header, data), mapped
/// read-only. Checked when opened: header of at most 100,000,000 bytes, no name twice, every tensor's byte
/// range equal to what its dtype and shape need, ranges without holes or overlaps up to the end of the file.
class SafetensorsFile
{
public:
    static Result<SafetensorsFile> open(const std::filesystem::path &path);
    /// The same from memory that outlives the object; `name` stands for the file in messages.
    static Result<SafetensorsFile> parse(std::span<const std::byte> bytes, std::string name);

    /// In the order of the header.
    const std::vector<SafetensorsTensor> &tensors() const { return m_tensors; }
    /// Null if there is no tensor of this name.
    const SafetensorsTensor *find(std::string_view name) const;
    /// The header's `__metadata__`.
    const std::map<std::string, std::string> &metadata() const { return m_metadata; }
    const std::string &name() const { return m_name; }
    /// Bytes of the whole file.
    std::span<const std::byte> bytes() const { return m_bytes; }

private:
    SafetensorsFile() = default;

    std::optional<MappedFile> m_mapping;
    std::span<const std::byte> m_bytes;
    std::string m_name;
    std::vector<SafetensorsTensor> m_tensors;
    std::unordered_map<std::string_view, size_t> m_index; // views of the names in m_tensors
    std::map<std::string, std::string> m_metadata;
};

/// Writes a safetensors file, whole or not at all: wider elements first, then by name, header padded to 8
/// bytes, so the same input gives the same bytes and every tensor is aligned to its element. Errors: a name
/// twice or not UTF-8, an unknown dtype, data that does not fit the shape, Io.
Result<> writeSafetensors(const std::filesystem::path &path, std::span<const SafetensorsTensor> tensors,
                          const std::map<std::string, std::string> &metadata, bool overwrite);
Result<> writeSafetensors(const std::filesystem::path &path, std::span<const ProducedTensor> tensors,
                          const std::map<std::string, std::string> &metadata, bool overwrite);

} // namespace lathe
