// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/compressed_tensors.h"

#include "core/formats/printable.h"

#include <array>

namespace lathe {

namespace {

using namespace std::string_view_literals;
using nlohmann::json;

constexpr std::array kTop{"quant_method"sv,
                          "format"sv,
                          "config_groups"sv,
                          "ignore"sv,
                          "kv_cache_scheme"sv,
                          "quantization_status"sv,
                          "sparsity_config"sv,
                          "transform_config"sv,
                          "global_compression_ratio"sv,
                          "version"sv,
                          "run_compressed"sv,
                          "dequantize"sv,
                          "use_optimized_inference"sv};
constexpr std::array kGroup{"targets"sv, "weights"sv, "input_activations"sv, "output_activations"sv,
                            "format"sv};
constexpr std::array kWeights{
    "num_bits"sv,        "type"sv,     "symmetric"sv, "group_size"sv,      "strategy"sv,    "dynamic"sv,
    "block_structure"sv, "actorder"sv, "observer"sv,  "observer_kwargs"sv, "scale_dtype"sv, "zp_dtype"sv};

tl::unexpected<Error> unsupported(const JsonObject &object, std::string_view name, std::string value = {})
{
    return fail(Errc::Unsupported, object.subject(),
                "unsupported: " + printable(object.label(name)) +
                    (value.empty() ? std::string() : " " + printable(value)),
                "give the model in another format");
}

/// Refuses a setting that is there and holds more than nothing: null, {} and [] say no.
Result<> refuseUse(const JsonObject &object, std::string_view name)
{
    const json *value = object.find(name);
    return !value || value->empty() ? Result<>() : unsupported(object, name);
}

Result<bool> isPacked(const JsonObject &object)
{
    LATHE_ASSIGN(const auto format, object.string("format"));
    if (format == "pack-quantized")
        return true;
    if (format == "int-quantized")
        return false;
    return unsupported(object, "format", format.value_or("which is missing"));
}

/// The reach of the scales; without `strategy` the group size tells it, as in QuantizationArgs.
Result<> readReach(const JsonObject &weights, CompressedTensorsConfig &out)
{
    const json *size = weights.find("group_size");
    const bool rows = size && size->is_number_integer() && *size == -1;
    std::optional<uint64_t> groupSize;
    if (!rows) {
        LATHE_ASSIGN(groupSize, weights.unsignedInteger("group_size"));
    }
    LATHE_ASSIGN(const auto strategy, weights.string("strategy"));
    const std::string name = strategy.value_or(rows ? "channel" : groupSize ? "group" : "tensor");
    if (name == "tensor")
        out.reach = ScaleReach::Tensor;
    else if (name == "channel")
        out.reach = ScaleReach::Channel;
    else if (name == "group")
        out.reach = ScaleReach::Group;
    else
        return unsupported(weights, "strategy", name);
    if (out.reach != ScaleReach::Group)
        return {};
    if (groupSize.value_or(0) == 0)
        return weights.bad("group_size", "is not above 0");
    out.groupSize = *groupSize;
    return {};
}

Result<> readWeights(const JsonObject &weights, CompressedTensorsConfig &out)
{
    LATHE_TRY(refuseUnknownSettings(weights, kWeights));
    LATHE_TRY(refuseUse(weights, "block_structure"));
    LATHE_ASSIGN(const auto type, weights.string("type"));
    if (type.value_or("int") != "int")
        return unsupported(weights, "type", *type);
    const json *dynamic = weights.find("dynamic");
    if (dynamic && *dynamic != false)
        return unsupported(weights, "dynamic");
    LATHE_ASSIGN(const auto bits, weights.unsignedInteger("num_bits"));
    if (bits.value_or(8) < 2 || bits.value_or(8) > 8)
        return weights.bad("num_bits", "is " + std::to_string(*bits) + ", not 2 … 8");
    out.bits = unsigned(bits.value_or(8));
    LATHE_ASSIGN(const auto symmetric, weights.boolean("symmetric"));
    out.symmetric = symmetric.value_or(true);
    return readReach(weights, out);
}

/// One of config_groups into `out`.
Result<> readGroup(const JsonObject &group, CompressedTensorsConfig &out)
{
    LATHE_TRY(refuseUnknownSettings(group, kGroup));
    LATHE_TRY(refuseUse(group, "input_activations"));
    LATHE_TRY(refuseUse(group, "output_activations"));
    if (group.find("format")) {
        LATHE_ASSIGN(out.packed, isPacked(group));
    }
    LATHE_ASSIGN(const auto weights, group.object("weights"));
    if (!weights)
        return unsupported(group, "weights", "which is missing");
    return readWeights(*weights, out);
}

bool sameWeights(const CompressedTensorsConfig &a, const CompressedTensorsConfig &b)
{
    return a.packed == b.packed && a.bits == b.bits && a.symmetric == b.symmetric && a.reach == b.reach &&
           a.groupSize == b.groupSize;
}

/// {} and {"format": "dense"} say that nothing is sparse.
Result<> refuseSparsity(const JsonObject &settings)
{
    LATHE_ASSIGN(const auto sparsity, settings.object("sparsity_config"));
    if (!sparsity || sparsity->value().empty())
        return {};
    LATHE_ASSIGN(const auto format, sparsity->string("format"));
    return format == "dense" ? Result<>() : unsupported(*sparsity, "format", format.value_or(""));
}

} // namespace

std::string CompressedTensorsConfig::typeName() const
{
    std::string out = "AFFINE-" + std::to_string(bits);
    if (symmetric)
        out += "-sym";
    if (reach == ScaleReach::Channel)
        out += "-channel";
    if (reach == ScaleReach::Group)
        out += "-group=" + std::to_string(groupSize);
    return out;
}

Result<CompressedTensorsConfig> readCompressedTensorsConfig(const JsonObject &settings)
{
    LATHE_TRY(refuseUnknownSettings(settings, kTop));
    LATHE_TRY(refuseUse(settings, "kv_cache_scheme"));
    LATHE_TRY(refuseUse(settings, "transform_config"));
    LATHE_TRY(refuseSparsity(settings));
    LATHE_ASSIGN(const auto status, settings.string("quantization_status"));
    if (status.value_or("compressed") != "compressed")
        return unsupported(settings, "quantization_status", *status);
    LATHE_ASSIGN(const bool packed, isPacked(settings));
    LATHE_ASSIGN(const auto groups, settings.object("config_groups"));
    if (!groups || groups->value().empty())
        return settings.bad("config_groups", "is missing");
    std::optional<CompressedTensorsConfig> out;
    for (const auto &[name, value] : groups->value().items()) {
        LATHE_ASSIGN(const auto group, groups->object(name));
        if (!group)
            return groups->bad(printable(name), "is null");
        CompressedTensorsConfig read{.packed = packed};
        LATHE_TRY(readGroup(*group, read));
        if (out && !sameWeights(*out, read))
            return unsupported(settings, "config_groups", "that differ in their weights");
        out = read;
    }
    if (const json *ignored = settings.find("ignore")) {
        for (const json &entry : *ignored) {
            if (!ignored->is_array() || !entry.is_string())
                return settings.bad("ignore", "is not a list of names");
            out->ignored.push_back(entry.get<std::string>());
        }
    }
    return std::move(*out);
}

} // namespace lathe
