// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/base/result.h"
#include "core/formats/gguf_split.h"
#include "core/formats/gguf_value.h"
#include "core/formats/name_index.h"
#include "core/tensor/dtype.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lathe {

/// A tensor of a GGUF file.
struct GgufTensor {
    std::string_view name;
    DType type = DType::F32;
    std::vector<uint64_t> shape; ///< 1…4 extents in file order: shape[0] is the length of a row; none is 0
    uint64_t rows = 0;           ///< product of shape[1…]
    uint64_t cols = 0;           ///< shape[0], a multiple of the type's block
    uint64_t offset = 0;         ///< of the first byte, in the file
    std::span<const std::byte> data; ///< rows · rowBytes(type, cols) bytes
};

/// A GGUF file, version 2 or 3, little-endian (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md),
/// mapped read-only. Metadata values, names and data are views that live as long as the object; it moves, and
/// the views stay. Everything is checked when the file is opened: no key or tensor twice, known value and
/// tensor types, every length, extent and offset within the file, no two tensors over the same bytes. What a
/// key means is not checked.
class GgufFile
{
public:
    /// One part of a model in several files ("…-00001-of-00003.gguf", any of them) opens all: the metadata
    /// are the first part's, the tensors those of all. A part that is missing is an error that names it.
    static Result<GgufFile> open(const std::filesystem::path &path);
    /// The same from memory that outlives the object; `name` stands for the file in messages.
    static Result<GgufFile> parse(std::span<const std::byte> bytes, std::string name);

    const std::string &name() const { return m_name; }
    uint32_t version() const { return m_version; }
    /// Bytes of the whole file, of its parts in order.
    const std::vector<std::span<const std::byte>> &parts() const { return m_parts; }

    /// Keys and values in file order.
    const std::vector<std::pair<std::string_view, GgufValue>> &metadata() const { return m_metadata; }
    /// Null if the key is not there.
    const GgufValue *find(std::string_view key) const;

    /// A value of the type that the name says; an error that names file and key if it is missing or of
    /// another type. getU64 takes any integer type and refuses negative values; getF32 takes F32 and F64.
    Result<std::string_view> getString(std::string_view key) const;
    Result<uint64_t> getU64(std::string_view key) const;
    Result<float> getF32(std::string_view key) const;
    Result<bool> getBool(std::string_view key) const;
    Result<std::vector<std::string_view>> getStrings(std::string_view key) const;
    Result<std::vector<int64_t>> getIntegers(std::string_view key) const;
    Result<std::vector<float>> getFloats(std::string_view key) const;

    /// The same with a value for a key that is not there; one of another type stays an error.
    Result<std::string_view> getString(std::string_view key, std::string_view fallback) const;
    Result<uint64_t> getU64(std::string_view key, uint64_t fallback) const;
    Result<float> getF32(std::string_view key, float fallback) const;
    Result<bool> getBool(std::string_view key, bool fallback) const;

    /// In file order; empty in a file that only carries a vocabulary.
    const std::vector<GgufTensor> &tensors() const { return m_tensors; }
    /// Null if there is no tensor of this name.
    const GgufTensor *findTensor(std::string_view name) const;

private:
    friend class GgufParser;
    GgufFile() = default;
    static Result<GgufFile> openOne(const std::filesystem::path &path);
    static Result<GgufFile> openParts(const std::filesystem::path &path, const GgufPartName &name);
    void addPart(GgufFile part);
    Result<> indexTensors();
    static tl::unexpected<Error> refusePart(const std::string &name, uint64_t count);
    template <class T, class As> Result<T> get(std::string_view key, As as, const char *wanted) const;
    template <class T, class As>
    Result<T> get(std::string_view key, As as, const char *wanted, T fallback) const;

    std::vector<MappedFile> m_mappings;
    std::span<const std::byte> m_bytes;
    std::vector<std::span<const std::byte>> m_parts;
    std::string m_name;
    uint32_t m_version = 0;
    std::vector<std::pair<std::string_view, GgufValue>> m_metadata;
    NameIndex m_keys;
    std::vector<GgufTensor> m_tensors;
    NameIndex m_tensorNames;
};

} // namespace lathe
