// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/base/result.h"
#include "core/formats/gguf_value.h"
#include "core/tensor/dtype.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lathe {

/// Builds a GGUF file, version 3: keys in the order they were first set, tensors in the order they were
/// added, data aligned to 32 bytes or to "general.alignment". The same calls give the same bytes.
class GgufWriter
{
public:
    /// A key that is set again keeps its place and takes the new value.
    void setString(std::string_view key, std::string_view value);
    void setBool(std::string_view key, bool value);
    void setU32(std::string_view key, uint32_t value);
    void setU64(std::string_view key, uint64_t value);
    void setI32(std::string_view key, int32_t value);
    void setF32(std::string_view key, float value);
    void setStrings(std::string_view key, std::span<const std::string> values);
    void setBools(std::string_view key, const std::vector<bool> &values);
    void setI32s(std::string_view key, std::span<const int32_t> values);
    void setF32s(std::string_view key, std::span<const float> values);
    /// A value of another file, bit for bit.
    void setValue(std::string_view key, const GgufValue &value);
    void remove(std::string_view key);

    /// `shape` in file order: shape[0] is the length of a row. `data` belongs to the caller and stays until
    /// the file is written.
    void addTensor(std::string_view name, DType type, std::vector<uint64_t> shape,
                   std::span<const std::byte> data);
    /// The same with data that are made while the file is written: `produce` appends as many bytes as type
    /// and shape ask for.
    void addTensor(std::string_view name, DType type, std::vector<uint64_t> shape, ProduceBytes produce);

    /// Errors, which name `path`: a name that the format does not allow or that is given twice, an alignment
    /// that is no power of two, a tensor whose shape does not fit its type or its data, what a tensor's
    /// producer says, Io.
    Result<> write(const std::filesystem::path &path, bool overwrite) const;
    /// The bytes that write() would put into a file called `name`.
    Result<std::string> toBytes(const std::string &name) const;

private:
    struct Tensor {
        std::string name;
        DType type;
        std::vector<uint64_t> shape;
        uint64_t bytes;
        ProduceBytes produce;
    };

    void set(std::string_view key, std::string encoded);
    Result<> check(const std::string &file) const;
    Result<> checkTensor(const std::string &file, const Tensor &tensor) const;
    uint64_t alignment() const;
    std::string header() const;
    Result<> produce(const AppendBytes &append) const;

    std::vector<std::pair<std::string, std::string>> m_metadata; // value: type and bytes as in the file
    std::vector<Tensor> m_tensors;
};

} // namespace lathe
