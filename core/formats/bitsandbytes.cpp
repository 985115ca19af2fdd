// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/bitsandbytes.h"

#include "core/base/bytes.h"
#include "core/base/checked.h"
#include "core/formats/printable.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lathe {

namespace {

using namespace std::string_view_literals;

constexpr std::array kSettings{"quant_method"sv,
                               "load_in_4bit"sv,
                               "load_in_8bit"sv,
                               "_load_in_4bit"sv,
                               "_load_in_8bit"sv,
                               "bnb_4bit_quant_type"sv,
                               "bnb_4bit_use_double_quant"sv,
                               "bnb_4bit_compute_dtype"sv,
                               "bnb_4bit_quant_storage"sv,
                               "llm_int8_threshold"sv,
                               "llm_int8_skip_modules"sv,
                               "llm_int8_enable_fp32_cpu_offload"sv,
                               "llm_int8_has_fp16_weight"sv};

constexpr std::string_view kStates[] = {".quant_state.bitsandbytes__nf4", ".quant_state.bitsandbytes__fp4"};
constexpr uint64_t kMinBlock = 32, kMaxBlock = 4096;

/// The two spellings that transformers has had.
Result<bool> loadIn(const JsonObject &settings, const std::string &name)
{
    LATHE_ASSIGN(const std::optional<bool> plain, settings.boolean(name));
    LATHE_ASSIGN(const std::optional<bool> underscored, settings.boolean("_" + name));
    return plain.value_or(underscored.value_or(false));
}

Result<std::vector<std::string>> stringList(const JsonObject &settings, std::string_view name)
{
    std::vector<std::string> out;
    const nlohmann::json *list = settings.find(name);
    if (!list)
        return out;
    if (!list->is_array())
        return settings.bad(name, "is not a list of names");
    for (const nlohmann::json &entry : *list) {
        if (!entry.is_string())
            return settings.bad(name, "is not a list of names");
        out.push_back(entry.get<std::string>());
    }
    return out;
}

/// Reads the parts of one weight in 4 bits.
class FourBitReader
{
public:
    FourBitReader(const QuantizedParts &parts, const std::string &name) : m_parts(parts)
    {
        m_out.name = name;
    }

    Result<FourBitWeight> read()
    {
        LATHE_TRY(readState());
        LATHE_TRY(readPacked());
        LATHE_TRY(readMap(m_out.name + ".quant_map", m_out.map));
        LATHE_TRY(readScales());
        return std::move(m_out);
    }

private:
    Result<> readState()
    {
        const SafetensorsTensor *found[] = {m_parts.find(m_out.name + std::string(kStates[0])),
                                            m_parts.find(m_out.name + std::string(kStates[1]))};
        if (found[0] && found[1])
            return m_parts.bad(m_out.name, "has a quant_state of NF4 and one of FP4");
        m_out.fp4 = found[1];
        const SafetensorsTensor *state = found[m_out.fp4];
        if (!state)
            return m_parts.bad(m_out.name, "has no quant_state");
        m_stateName = state->name;
        if (state->dtype != "U8" || state->shape.size() != 1)
            return m_parts.bad(m_stateName, "is not a list of U8");
        const std::string_view text(reinterpret_cast<const char *>(state->data.data()), state->data.size());
        const std::string subject = m_parts.subject() + ": tensor " + printable(m_stateName);
        LATHE_ASSIGN(m_json, parseJson(text, subject, {.bytes = 65536, .values = 1000, .depth = 4}));
        if (!m_json.is_object())
            return m_parts.bad(m_stateName, "is not a JSON object");
        return readFields(JsonObject(m_json, subject));
    }

    Result<> readFields(const JsonObject &state)
    {
        static constexpr std::array kFields{"quant_type"sv,   "blocksize"sv,        "dtype"sv,
                                            "shape"sv,        "nested_blocksize"sv, "nested_dtype"sv,
                                            "nested_offset"sv};
        LATHE_TRY(refuseUnknownSettings(state, kFields));
        LATHE_ASSIGN(const auto type, state.string("quant_type"));
        if (type != (m_out.fp4 ? "fp4" : "nf4"))
            return state.bad("quant_type", "does not fit the tensor's name");
        LATHE_ASSIGN(const auto dtype, state.string("dtype"));
        m_out.dtype = dtype.value_or("float32");
        LATHE_ASSIGN(m_out.blockSize, blockSize(state, "blocksize"));
        if (state.find("nested_offset") || state.find("nested_blocksize")) {
            LATHE_ASSIGN(const auto offset, state.number("nested_offset"));
            if (!offset)
                return state.bad("nested_offset", "is missing");
            m_out.nested.emplace();
            m_out.nested->offset = float(*offset);
            LATHE_ASSIGN(m_out.nested->blockSize, blockSize(state, "nested_blocksize"));
        }
        return readShape(state);
    }

    Result<uint64_t> blockSize(const JsonObject &state, std::string_view name) const
    {
        LATHE_ASSIGN(const auto size, state.unsignedInteger(name));
        if (!size)
            return state.bad(name, "is missing");
        if (*size < kMinBlock || *size > kMaxBlock || !std::has_single_bit(*size))
            return state.bad(name, "is " + std::to_string(*size) + ", not a power of two of 32 … 4096");
        return *size;
    }

    Result<> readShape(const JsonObject &state)
    {
        const nlohmann::json *shape = state.find("shape");
        const auto extent = [](const nlohmann::json &value) {
            return value.is_number_unsigned() && value.get<uint64_t>() > 0;
        };
        if (!shape || !shape->is_array() || shape->size() != 2 || !extent((*shape)[0]) ||
            !extent((*shape)[1]))
            return state.bad("shape", "is not two whole numbers above 0");
        m_out.rows = (*shape)[0].get<uint64_t>();
        m_out.cols = (*shape)[1].get<uint64_t>();
        const std::optional<uint64_t> count = (Checked(m_out.rows) * m_out.cols).value();
        if (!count || *count > UINT64_MAX / 2)
            return state.bad("shape", "is too large");
        m_count = *count;
        m_blocks = (m_count - 1) / m_out.blockSize + 1;
        return {};
    }

    Result<> readPacked()
    {
        LATHE_ASSIGN(const SafetensorsTensor *const tensor, m_parts.require(m_out.name));
        const uint64_t bytes = (m_count - 1) / 2 + 1;
        const auto &shape = tensor->shape;
        const bool column = shape.size() == 2 && (shape[0] == 1 || shape[1] == 1);
        // FSDP asks for another type than U8 (bnb_4bit_quant_storage); the bytes are the same.
        const bool known = tensor->dtype == "U8" || tensor->dtype == "F32" || tensor->dtype == "F16" ||
                           tensor->dtype == "BF16";
        if (!known || !column)
            return m_parts.bad(m_out.name, "is " + tensor->dtype + " " + shapeText(shape) +
                                               ", not one column of packed U8");
        if (tensor->data.size() != bytes)
            return m_parts.bad(m_out.name, "has " + std::to_string(tensor->data.size()) + " bytes, " +
                                               shapeText({m_out.rows, m_out.cols}) + " in 4 bits takes " +
                                               std::to_string(bytes));
        m_out.packed = tensor->data;
        return {};
    }

    template <size_t Count> Result<> readMap(const std::string &name, std::array<float, Count> &map) const
    {
        LATHE_ASSIGN(const FloatView values, m_parts.floats(name, {{Count}}));
        for (size_t i = 0; i < Count; ++i)
            map[i] = values[i];
        return {};
    }

    Result<> readScales()
    {
        const std::string &name = m_out.name;
        if (!m_out.nested) {
            LATHE_ASSIGN(m_out.absmax, m_parts.floats(name + ".absmax", {{m_blocks}}));
            return {};
        }
        FourBitWeight::Nested &nested = *m_out.nested;
        LATHE_ASSIGN(nested.codes, m_parts.bytes(name + ".absmax", "U8", {m_blocks}));
        LATHE_TRY(readMap(name + ".nested_quant_map", nested.map));
        const uint64_t groups = (m_blocks - 1) / nested.blockSize + 1;
        LATHE_ASSIGN(nested.absmax, m_parts.floats(name + ".nested_absmax", {{groups}}));
        for (uint64_t block = 0; block < m_blocks; ++block) {
            if (!std::isfinite(m_out.blockScale(block)))
                return m_parts.bad(name + ".absmax", "decodes to a number that is infinite");
        }
        return {};
    }

    const QuantizedParts &m_parts;
    FourBitWeight m_out;
    std::string m_stateName;
    nlohmann::json m_json;
    uint64_t m_count = 0, m_blocks = 0;
};

/// "a.weight" → "a.SCB"; empty for other names.
std::string besideWeight(const std::string &name, std::string_view other)
{
    constexpr std::string_view kWeight = "weight";
    if (!name.ends_with(kWeight))
        return {};
    return name.substr(0, name.size() - kWeight.size()) + std::string(other);
}

} // namespace

Result<BitsAndBytesConfig> readBitsAndBytesConfig(const JsonObject &settings)
{
    LATHE_TRY(refuseUnknownSettings(settings, kSettings));
    BitsAndBytesConfig out;
    LATHE_ASSIGN(const bool fourBits, loadIn(settings, "load_in_4bit"));
    LATHE_ASSIGN(const bool eightBits, loadIn(settings, "load_in_8bit"));
    if (fourBits == eightBits)
        return settings.bad("load_in_4bit",
                            fourBits ? "and load_in_8bit are both true" : "and load_in_8bit are both false");
    LATHE_ASSIGN(const auto type, settings.string("bnb_4bit_quant_type"));
    LATHE_ASSIGN(const auto twice, settings.boolean("bnb_4bit_use_double_quant"));
    LATHE_ASSIGN(const auto threshold, settings.number("llm_int8_threshold"));
    LATHE_ASSIGN(const auto halves, settings.boolean("llm_int8_has_fp16_weight"));
    const std::string fourBitType = type.value_or("fp4"); // bitsandbytes' default
    if (fourBits && fourBitType != "nf4" && fourBitType != "fp4")
        return settings.bad("bnb_4bit_quant_type", "is " + printable(fourBitType) + ", not nf4 or fp4");
    if (threshold.value_or(0) < 0)
        return settings.bad("llm_int8_threshold", "is negative");
    if (eightBits && halves.value_or(false))
        return fail(Errc::Unsupported, settings.subject(),
                    "unsupported: the setting " + settings.label("llm_int8_has_fp16_weight"),
                    "give the model in another format");
    out.kind = eightBits              ? BitsAndBytesConfig::Kind::Int8
               : fourBitType == "nf4" ? BitsAndBytesConfig::Kind::Nf4
                                      : BitsAndBytesConfig::Kind::Fp4;
    out.doubleQuantization = fourBits && twice.value_or(false);
    out.int8Threshold = threshold.value_or(out.int8Threshold);
    LATHE_ASSIGN(out.skipModules, stringList(settings, "llm_int8_skip_modules"));
    return out;
}

float FourBitWeight::blockScale(uint64_t block) const
{
    if (!nested)
        return absmax[block];
    const float product =
        nested->map[uint8_t(nested->codes[block])] * nested->absmax[block / nested->blockSize];
    return product + nested->offset;
}

void FourBitWeight::decode(uint64_t first, std::span<float> out) const
{
    for (size_t done = 0; done < out.size();) {
        const uint64_t block = (first + done) / blockSize;
        const uint64_t end = std::min<uint64_t>((block + 1) * blockSize - first, out.size());
        const float scale = blockScale(block);
        for (; done < end; ++done) {
            const uint64_t at = first + done;
            const auto byte = uint8_t(packed[at / 2]);
            out[done] = map[at % 2 ? byte & 15 : byte >> 4] * scale;
        }
    }
}

std::string_view FourBitWeight::typeName() const
{
    if (fp4)
        return nested ? "FP4-DQ" : "FP4";
    return nested ? "NF4-DQ" : "NF4";
}

bool isFourBitWeight(const QuantizedParts &parts, const std::string &name)
{
    return std::ranges::any_of(kStates,
                               [&](std::string_view s) { return parts.find(name + std::string(s)); });
}

Result<FourBitWeight> readFourBitWeight(const QuantizedParts &parts, const std::string &name)
{
    return FourBitReader(parts, name).read();
}

void Int8Weight::decode(uint64_t first, std::span<float> out) const
{
    constexpr float kPerCode = 1.0f / 127.0f;
    for (size_t i = 0; i < out.size(); ++i) {
        const uint64_t at = first + i;
        const float product = float(int8_t(codes[at])) * scales[at / cols];
        out[i] = product * kPerCode;
    }
}

bool isInt8Weight(const QuantizedParts &parts, const std::string &name)
{
    const std::string scales = besideWeight(name, "SCB");
    return !scales.empty() && parts.find(scales);
}

Result<Int8Weight> readInt8Weight(const QuantizedParts &parts, const std::string &name)
{
    LATHE_ASSIGN(const SafetensorsTensor *const tensor, parts.require(name));
    if (tensor->dtype != "I8" || tensor->shape.size() != 2 || tensor->data.empty())
        return parts.bad(name,
                         "is " + tensor->dtype + " " + shapeText(tensor->shape) + ", not a matrix of I8");
    const std::string format = besideWeight(name, "weight_format");
    if (const SafetensorsTensor *found = parts.find(format)) {
        if (found->dtype != "U8" || found->data.size() != 1)
            return parts.bad(format, "is not a single U8");
        if (uint8_t(found->data[0]) != 0)
            return parts.unsupported(format, "is " + std::to_string(uint8_t(found->data[0])) +
                                                 ", an order of the weights for some hardware only");
    }
    Int8Weight out{name, tensor->shape[0], tensor->shape[1], tensor->data, {}};
    LATHE_ASSIGN(out.scales, parts.floats(besideWeight(name, "SCB"), {{out.rows}}));
    return out;
}

} // namespace lathe
