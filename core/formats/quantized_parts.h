// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/formats/safetensors.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// Finds a tensor by its name in a file or a folder of files; null if it is not there. What it points to must
/// outlive all that is read through it.
using TensorLookup = std::function<const SafetensorsTensor *(std::string_view)>;

/// Numbers of a tensor of F32, F16 or BF16, widened to float as they are asked for.
class FloatView
{
public:
    FloatView() = default;
    /// `widen` reads the number at its address.
    FloatView(std::span<const std::byte> data, uint32_t width, float (*widen)(const std::byte *))
        : m_data(data), m_width(width), m_widen(widen)
    {
    }

    uint64_t size() const { return m_data.size() / m_width; }
    float operator[](uint64_t index) const { return m_widen(m_data.data() + index * m_width); }
    bool allFinite() const;

private:
    std::span<const std::byte> m_data;
    uint32_t m_width = 1;
    float (*m_widen)(const std::byte *) = nullptr;
};

/// The tensors that hold one quantized weight together. Every fault is named with the file or folder and the
/// tensor; the data are checked to fill the shape by SafetensorsFile already.
class QuantizedParts
{
public:
    QuantizedParts(TensorLookup find, std::string subject)
        : m_find(std::move(find)), m_subject(std::move(subject))
    {
    }

    const std::string &subject() const { return m_subject; }
    const SafetensorsTensor *find(std::string_view name) const { return m_find(name); }
    /// Errors: it is missing.
    Result<const SafetensorsTensor *> require(const std::string &name) const;
    /// A tensor of one type and shape. Errors: missing, another type or shape.
    Result<std::span<const std::byte>> bytes(const std::string &name, std::string_view dtype,
                                             const std::vector<uint64_t> &shape) const;
    /// A tensor of F32, F16 or BF16 in one of the shapes. Errors: missing, another type or shape, a number
    /// that is NaN or infinite.
    Result<FloatView> floats(const std::string &name,
                             std::initializer_list<std::vector<uint64_t>> shapes) const;

    tl::unexpected<Error> bad(std::string_view tensor, std::string what) const;
    tl::unexpected<Error> unsupported(std::string_view tensor, std::string what) const;

private:
    TensorLookup m_find;
    std::string m_subject;
};

/// "8 × 256".
std::string shapeText(const std::vector<uint64_t> &shape);

/// Errors: "unsupported: <setting>" for a member of `object` that is not among `known`.
Result<> refuseUnknownSettings(const JsonObject &object, std::span<const std::string_view> known);

} // namespace lathe
