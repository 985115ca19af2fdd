// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/lora_file.h"

#include "core/formats/peft_config.h"
#include "core/formats/printable.h"

#include <cmath>
#include <map>

namespace lathe {

namespace {

constexpr const char *kRemedy = "the adapter is damaged: get it again";

/// Collects the matrices of a file by target.
class Pairs
{
public:
    explicit Pairs(const std::string &file) : m_file(file) {}

    Result<> add(std::string target, bool second, LoraMatrix matrix)
    {
        std::optional<LoraMatrix> &place = m_pairs[std::move(target)][second];
        if (place)
            return fail(Errc::BadInput, m_file,
                        printable(matrix.name) + " stands for the same matrix as " + printable(place->name),
                        kRemedy);
        place = std::move(matrix);
        return {};
    }

    /// `scaleOf(target, rank)` gives the scale, or the error.
    template <class ScaleOf> Result<std::vector<LoraPair>> take(ScaleOf scaleOf)
    {
        std::vector<LoraPair> pairs;
        for (auto &[target, both] : m_pairs) {
            if (!both[0] || !both[1])
                return fail(Errc::BadInput, m_file, printable(target) + " has only one of its two matrices",
                            kRemedy);
            const LoraMatrix &a = *both[0], &b = *both[1];
            if (a.rows == 0 || a.rows != b.cols)
                return fail(Errc::BadInput, m_file,
                            printable(target) + " has ranks " + std::to_string(a.rows) + " and " +
                                std::to_string(b.cols),
                            kRemedy);
            LATHE_ASSIGN(const double scale, scaleOf(target, a.rows));
            pairs.push_back({target, std::move(*both[0]), std::move(*both[1]), scale});
        }
        if (pairs.empty())
            return fail(Errc::BadInput, m_file, "holds no matrices", kRemedy);
        return pairs;
    }

private:
    const std::string &m_file;
    std::map<std::string, std::optional<LoraMatrix>[2]> m_pairs;
};

Result<> requireLora(const GgufFile &file)
{
    constexpr const char *kWanted = "give a LoRA adapter";
    LATHE_ASSIGN(const auto type, file.getString("general.type", "model"));
    if (type != "adapter")
        return fail(Errc::BadInput, file.name(), "is no adapter but a " + printable(type), kWanted);
    LATHE_ASSIGN(const auto kind, file.getString("adapter.type"));
    if (kind != "lora")
        return fail(Errc::Unsupported, file.name(), "unsupported: adapter.type " + printable(kind), kWanted);
    return {};
}

/// The target of a tensor "NAME.lora_a": NAME, and whether it is the second matrix.
std::optional<std::pair<std::string, bool>> ggufTarget(std::string_view name)
{
    for (const bool second : {false, true}) {
        const std::string_view end = second ? ".lora_b" : ".lora_a";
        if (name.size() > end.size() && name.ends_with(end))
            return std::pair(std::string(name.substr(0, name.size() - end.size())), second);
    }
    return std::nullopt;
}

/// The module of "base_model.model.MODULE.lora_A.weight"; older versions put the adapter's name behind
/// lora_A.
std::optional<std::pair<std::string, bool>> peftTarget(std::string_view name)
{
    constexpr std::string_view kPrefix = "base_model.model.";
    if (!name.starts_with(kPrefix))
        return std::nullopt;
    name.remove_prefix(kPrefix.size());
    for (const bool second : {false, true}) {
        for (const std::string_view end : {"weight", "default.weight"}) {
            const std::string all = std::string(second ? ".lora_B." : ".lora_A.").append(end);
            if (name.size() > all.size() && name.ends_with(all))
                return std::pair(std::string(name.substr(0, name.size() - all.size())), second);
        }
    }
    return std::nullopt;
}

Result<LoraMatrix> peftMatrix(const SafetensorsTensor &tensor, const std::string &file)
{
    const auto type = dtypeFromName(tensor.dtype);
    const bool known = type == DType::F32 || type == DType::F16 || type == DType::BF16;
    if (!known)
        return fail(Errc::Unsupported, file,
                    "unsupported: " + printable(tensor.name) + " is of type " + printable(tensor.dtype),
                    "give an adapter in F32, F16 or BF16");
    if (tensor.shape.size() != 2)
        return fail(Errc::BadInput, file, printable(tensor.name) + " is no matrix", kRemedy);
    return LoraMatrix{tensor.name, *type, tensor.shape[0], tensor.shape[1], tensor.data};
}

tl::unexpected<Error> strange(const std::string &file, std::string_view tensor)
{
    return fail(Errc::Unsupported, file, "unsupported: tensor " + printable(tensor) + " in a LoRA adapter",
                "merge the adapter with the program that made it");
}

} // namespace

Result<std::shared_ptr<const LoraFile>> LoraFile::fromGguf(GgufFile gguf)
{
    std::shared_ptr<LoraFile> file(new LoraFile);
    file->m_name = gguf.name();
    LATHE_TRY(requireLora(gguf));
    LATHE_ASSIGN(const auto architecture, gguf.getString("general.architecture"));
    file->m_architecture = architecture;
    // llama.cpp takes an alpha that is 0 or not there as: no scale of its own.
    LATHE_ASSIGN(const float alpha, gguf.getF32("adapter.lora.alpha", 0.0f));
    if (!std::isfinite(alpha))
        return fail(Errc::BadInput, file->m_name, "adapter.lora.alpha is no number", kRemedy);
    if (alpha != 0)
        file->m_alpha = alpha;
    LATHE_ASSIGN(file->m_base, gguf.getString("general.base_model.0.name", ""));
    Pairs pairs(file->m_name);
    for (const GgufTensor &tensor : gguf.tensors()) {
        const auto target = ggufTarget(tensor.name);
        if (!target || tensor.shape.size() > 2 || !dtypeInfo(tensor.type).decode)
            return strange(file->m_name, tensor.name);
        LATHE_TRY(pairs.add(target->first, target->second,
                            {std::string(tensor.name), tensor.type, tensor.rows, tensor.cols, tensor.data}));
    }
    LATHE_ASSIGN(file->m_pairs, pairs.take([&](const std::string &, uint64_t rank) -> Result<double> {
        return alpha == 0 ? 1.0 : double(alpha) / double(rank);
    }));
    file->m_gguf.emplace(std::move(gguf));
    return std::shared_ptr<const LoraFile>(std::move(file));
}

Result<std::shared_ptr<const LoraFile>> LoraFile::fromPeft(std::string_view text, SafetensorsFile tensors,
                                                           std::string name)
{
    std::shared_ptr<LoraFile> file(new LoraFile);
    file->m_kind = Kind::Peft;
    file->m_name = std::move(name);
    LATHE_ASSIGN(const PeftConfig config, parsePeftConfig(text, file->m_name + "/adapter_config.json"));
    file->m_base = config.base;
    file->m_alpha = config.alpha;
    file->m_rankStabilised = config.rankStabilised;
    Pairs pairs(file->m_name);
    for (const SafetensorsTensor &tensor : tensors.tensors()) {
        const auto target = peftTarget(tensor.name);
        if (!target)
            return strange(file->m_name, tensor.name);
        LATHE_ASSIGN(LoraMatrix matrix, peftMatrix(tensor, file->m_name));
        LATHE_TRY(pairs.add(target->first, target->second, std::move(matrix)));
    }
    const auto scaleOf = [&](const std::string &module, uint64_t rank) -> Result<double> {
        if (rank != config.rankOf(module))
            return fail(Errc::BadInput, file->m_name,
                        printable(module) + " has rank " + std::to_string(rank) + ", the settings say " +
                            std::to_string(config.rankOf(module)),
                        kRemedy);
        return config.scaleOf(module);
    };
    LATHE_ASSIGN(file->m_pairs, pairs.take(scaleOf));
    file->m_safetensors.emplace(std::move(tensors));
    return std::shared_ptr<const LoraFile>(std::move(file));
}

Result<std::shared_ptr<const LoraFile>> LoraFile::open(const std::filesystem::path &path)
{
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
        LATHE_ASSIGN(GgufFile gguf, GgufFile::open(path));
        return fromGguf(std::move(gguf));
    }
    LATHE_ASSIGN(const std::string config, readText(path / "adapter_config.json", size_t(1) << 20));
    if (!std::filesystem::exists(path / "adapter_model.safetensors", error) &&
        std::filesystem::exists(path / "adapter_model.bin", error))
        return fail(
            Errc::Unsupported, path.string(),
            "unsupported: adapter_model.bin, a pickle file, which can run any program when it is read",
            "save the adapter again as safetensors (safe_serialization=True)");
    LATHE_ASSIGN(SafetensorsFile tensors, SafetensorsFile::open(path / "adapter_model.safetensors"));
    return fromPeft(config, std::move(tensors), path.string());
}

Result<std::shared_ptr<const LoraFile>> LoraFile::parseGguf(std::span<const std::byte> bytes,
                                                            std::string name)
{
    LATHE_ASSIGN(GgufFile gguf, GgufFile::parse(bytes, std::move(name)));
    return fromGguf(std::move(gguf));
}

Result<std::shared_ptr<const LoraFile>>
LoraFile::parsePeft(std::string_view config, std::span<const std::byte> tensors, std::string name)
{
    LATHE_ASSIGN(SafetensorsFile file, SafetensorsFile::parse(tensors, name + "/adapter_model.safetensors"));
    return fromPeft(config, std::move(file), std::move(name));
}

} // namespace lathe
