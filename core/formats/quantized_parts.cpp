// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/quantized_parts.h"

#include "core/base/bytes.h"
#include "core/formats/printable.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe {

namespace {

struct FloatType {
    std::string_view name;
    uint32_t width;
    float (*widen)(const std::byte *);
};

constexpr std::array kFloatTypes{
    FloatType{"F32", 4, [](const std::byte *at) { return loadLe<float>(at); }},
    FloatType{"F16", 2, [](const std::byte *at) { return halfToFloat(loadLe<uint16_t>(at)); }},
    FloatType{"BF16", 2, [](const std::byte *at) { return bfloatToFloat(loadLe<uint16_t>(at)); }}};

} // namespace

bool FloatView::allFinite() const
{
    for (uint64_t i = 0; i < size(); ++i) {
        if (!std::isfinite((*this)[i]))
            return false;
    }
    return true;
}

Result<const SafetensorsTensor *> QuantizedParts::require(const std::string &name) const
{
    const SafetensorsTensor *tensor = m_find(name);
    if (!tensor)
        return bad(name, "is missing");
    return tensor;
}

Result<std::span<const std::byte>> QuantizedParts::bytes(const std::string &name, std::string_view dtype,
                                                         const std::vector<uint64_t> &shape) const
{
    LATHE_ASSIGN(const SafetensorsTensor *const tensor, require(name));
    if (tensor->dtype != dtype)
        return bad(name, "is of type " + tensor->dtype + ", not " + std::string(dtype));
    if (tensor->shape != shape)
        return bad(name, "is " + shapeText(tensor->shape) + ", not " + shapeText(shape));
    return tensor->data;
}

Result<FloatView> QuantizedParts::floats(const std::string &name,
                                         std::initializer_list<std::vector<uint64_t>> shapes) const
{
    LATHE_ASSIGN(const SafetensorsTensor *const tensor, require(name));
    const auto type = std::ranges::find(kFloatTypes, tensor->dtype, &FloatType::name);
    if (type == kFloatTypes.end())
        return bad(name, "is of type " + tensor->dtype + ", not F32, F16 or BF16");
    if (std::ranges::find(shapes, tensor->shape) == shapes.end())
        return bad(name, "is " + shapeText(tensor->shape) + ", not " + shapeText(*shapes.begin()));
    const FloatView view(tensor->data, type->width, type->widen);
    if (!view.allFinite())
        return bad(name, "holds a number that is NaN or infinite");
    return view;
}

tl::unexpected<Error> QuantizedParts::bad(std::string_view tensor, std::string what) const
{
    return fail(Errc::BadInput, m_subject, "tensor " + printable(tensor) + " " + std::move(what),
                "the file is damaged or does not fit its config.json: get it again");
}

tl::unexpected<Error> QuantizedParts::unsupported(std::string_view tensor, std::string what) const
{
    return fail(Errc::Unsupported, m_subject,
                "unsupported: tensor " + printable(tensor) + " " + std::move(what),
                "give the model in another format");
}

std::string shapeText(const std::vector<uint64_t> &shape)
{
    std::string out;
    for (const uint64_t extent : shape)
        out += (out.empty() ? "" : " × ") + std::to_string(extent);
    return out.empty() ? "a single number" : out;
}

Result<> refuseUnknownSettings(const JsonObject &object, std::span<const std::string_view> known)
{
    for (const auto &[name, value] : object.value().items()) {
        if (std::ranges::find(known, name) == known.end() && !value.is_null())
            return fail(Errc::Unsupported, object.subject(),
                        "unsupported: the setting " + printable(object.label(name)),
                        "give the model in another format");
    }
    return {};
}

} // namespace lathe
