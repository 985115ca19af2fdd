// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tensor/dtype.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lathe {

/// Makes a weight's bytes where they do not lie in the file as they are needed: transposed, regrouped,
/// decoded. Immutable; load() may be called from several threads and more than once.
class WeightLoader
{
public:
    virtual ~WeightLoader() = default;
    /// The rows in the source's type, one after the other: rows · rowBytes(type, cols) bytes.
    virtual Result<std::vector<std::byte>> load() const = 0;
};

/// A tensor to be put on a device: `rows` × `cols` in file encoding. The bytes stay valid as long as the
/// weight.
struct WeightSource {
    std::string name; ///< canonical: as a GGUF file spells the role, "blk.3.attn_q.weight"
    DType type = DType::F32;
    uint32_t rows = 0;
    uint32_t cols = 0;
    std::span<const std::byte> data; ///< of any alignment; empty where `loader` makes it
    bool vector = false;             ///< norm weights, biases: kept as plain F32 whatever the file's type
    std::string fileName = {};       ///< what the file calls it, where that differs from `name`
    std::string storedAs = {};       ///< what the file calls its type, where that differs from `type`
    std::optional<float> int8Threshold = {}; ///< LLM.int8(): what it is multiplied with is rounded to 8 bits
    std::shared_ptr<const WeightLoader> loader = {};

    const std::string &nameInFile() const { return fileName.empty() ? name : fileName; }
    std::string_view shownType() const { return storedAs.empty() ? dtypeInfo(type).name : storedAs; }
    /// Bytes of all rows.
    uint64_t bytes() const { return rowBytes(type, cols) * rows; }
};

/// The bytes of a weight, aligned to 8: a view of the source's where these are, else a copy of their own.
/// A view lives as long as the source's data.
class WeightBytes
{
public:
    explicit WeightBytes(std::span<const std::byte> view) : m_view(view) {}
    explicit WeightBytes(std::vector<std::byte> owned) : m_owned(std::move(owned)), m_view(m_owned) {}
    WeightBytes(WeightBytes &&) = default;
    WeightBytes &operator=(WeightBytes &&) = default;

    std::span<const std::byte> view() const { return m_view; }
    bool isOwned() const { return !m_owned.empty(); }

private:
    std::vector<std::byte> m_owned;
    std::span<const std::byte> m_view; // moving m_owned keeps its address
};

/// Errors: the loader's; bytes of the loader that do not fill the rows.
Result<WeightBytes> readWeight(const WeightSource &source);

} // namespace lathe
