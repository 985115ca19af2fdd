// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/thread_pool.h"
#include "core/tensor/dtype.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lathe {

namespace gpu {
class Device;
}
struct VulkanCall;

/// Which of a step's counts limits the live rows of a value (on a device: the words of the step buffer).
enum class RowCount : uint8_t { Tokens = 0, Outputs = 1, Fixed = 2 };

/// The settings of one node, as its op's own plain struct (`LinearParams`, …), at most 64 bytes, compared by
/// bytes.
class ParamBlob
{
public:
    ParamBlob() = default;
    template <class T> ParamBlob(const T &params) : m_size(sizeof(T))
    {
        static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(m_bytes));
        std::memcpy(m_bytes.data(), &params, sizeof(T));
    }
    template <class T> T as() const
    {
        T params;
        std::memcpy(&params, m_bytes.data(), sizeof(T));
        return params;
    }
    bool operator==(const ParamBlob &) const = default;

private:
    alignas(8) std::array<std::byte, 64> m_bytes{};
    uint32_t m_size = 0;
};

/// A tensor in host memory as an op sees it: `rows` live rows of `cols` elements, row-major and contiguous.
/// Weights keep their file encoding: row r begins at data + r · rowBytes(type, cols).
struct HostTensor {
    DType type = DType::F32;
    uint32_t rows = 0;
    uint32_t cols = 0;
    std::byte *data = nullptr;

    float *f32(uint32_t row = 0) const { return reinterpret_cast<float *>(data) + uint64_t(row) * cols; }
    int32_t *i32(uint32_t row = 0) const { return reinterpret_cast<int32_t *>(data) + uint64_t(row) * cols; }
    const std::byte *rowData(uint32_t row) const { return data + uint64_t(row) * rowBytes(type, cols); }
};

/// One execution of an op on the host. `in` and `out` are in the order that the op's header gives. A State
/// tensor (key/value cache) that is written stands in `out` and keeps its other rows.
struct HostCall {
    const ParamBlob &params;
    std::span<const HostTensor> in;
    std::span<const HostTensor> out;
    ThreadPool *pool = nullptr; ///< null on the reference
};

/// What a tensor of a test case is, and so how it is filled.
enum class Fill : uint8_t {
    Normal,   ///< F32, standard normal
    Positive, ///< F32, uniform in 0.5…1.5 (norm weights)
    Weight,   ///< any weight type: random blocks with sane scales
    Tokens,   ///< I32 token table, see kTokenColumns; see firstPosition and slots
    Index,    ///< I32, uniform in 0…indexLimit−1
    Rotary,   ///< F32 (rows, cols): cos of cols/2 random angles, then their sin
    Cache,    ///< State, standard normal, F32 or F16
    Routes,   ///< F32 (rows, 2n): n numbers of experts below indexLimit, then weights in 0…1
    Zero,     ///< output
};

struct CaseTensor {
    Fill fill;
    DType type;
    uint32_t rows;
    uint32_t cols;
    uint32_t indexLimit = 0;    ///< Index, Tokens: ids are below it
    uint32_t firstPosition = 0; ///< Tokens: position of row 0
    uint32_t slots = 1;         ///< Tokens: row r is in slot r mod slots, at firstPosition + r / slots
};

/// One row of an op's test table: shapes, settings, and the NMSE that a fast rung may differ from the
/// reference. The self-test on a user's machine runs the rows with `selfTest`.
struct OpCase {
    std::string name;
    ParamBlob params;
    std::vector<CaseTensor> in;
    std::vector<CaseTensor> out;
    double bound = 1e-10; ///< fp32 sums in another order: (K·2⁻²⁴)² for K up to about 100 terms of one sign
    bool selfTest = false;
    std::array<double, 2>
        tierBounds{}; ///< in place of `bound` in fp16 and integer dot; 0: the tier has no kernel for it
};

/// One op: everything that is known of it. An op is a folder core/ops/<op>/ and a line in registry.cpp.
struct OpDef {
    std::string_view name;
    /// Scalar, fixed order, double where it matters. Tests and the self-test use it.
    void (*reference)(const HostCall &);
    /// Blocked, vectorised, threaded over fixed ranges of rows: results do not depend on the number of
    /// threads.
    void (*cpu)(const HostCall &);
    /// Records the dispatches; picks the kernel variant. Fails where no variant may be used.
    Result<> (*record)(VulkanCall &);
    std::vector<OpCase> (*cases)();
    /// Device memory that the op's dispatches for `rows` rows need beside the operands, in bytes: the same
    /// for every length of the cache that is in use. Null: none.
    uint64_t (*scratchBytes)(const gpu::Device &device, const ParamBlob &params, uint32_t rows) = nullptr;
};

/// All ops, in a fixed order.
std::span<const OpDef *const> allOps();
const OpDef *findOp(std::string_view name);

/// Columns of the token table, the I32 input (tokens, kTokenColumns) of each step.
inline constexpr uint32_t kTokenColumns = 4;
enum TokenColumn : uint32_t {
    kTokenId = 0,
    kTokenPosition = 1, ///< in its sequence, from 0: the cache row within the slot
    kTokenSlot = 2,     ///< which sequence of the cache
};

} // namespace lathe
