// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/gguf_writer.h"
#include "core/formats/lora_file.h"
#include "tests/core/model/golden_model.h"

#include <deque>
#include <map>
#include <random>

/// Random LoRA adapters for tests: the same products as a PEFT folder, as a GGUF file and merged into the
/// weights. The order of rows in files is written out here once more, apart from the code under test.
namespace lathe::golden {

/// How the rows of a module of transformers hold a weight of the model.
enum class RowsOf : uint8_t {
    Plain,   ///< one after another, behind those of the weights named before in the module
    Pairs,   ///< the weight's rows 2j, 2j + 1 of each head are rows j, j + d/2 of the module
    PerHead, ///< q, k and v of head 0, then of head 1, …
};

struct LoraModule {
    std::string name;                 ///< in a layer: "self_attn.q_proj"
    std::vector<std::string> weights; ///< in a layer: "attn_q"
    RowsOf rows = RowsOf::Plain;
    std::string gguf = {}; ///< of several weights, which lie one after another there: "attn_qkv"
};

struct LoraRecipe {
    std::string model;  ///< folder of tests/data/models
    std::string layers; ///< "model.layers."
    std::vector<LoraModule> modules;
};

class LoraMaker
{
public:
    static constexpr uint32_t kRank = 3;
    static constexpr float kAlpha = 6;

    LoraMaker(const ModelFile &file, LoraRecipe recipe, uint32_t seed)
        : m_file(file), m_recipe(std::move(recipe)), m_random(seed)
    {
        for (uint32_t layer = 0; layer < file.config().layers.size(); ++layer) {
            for (const LoraModule &module : m_recipe.modules)
                addModule(layer, module);
        }
    }

    void writePeft(const std::filesystem::path &folder) const
    {
        std::filesystem::create_directories(folder);
        const std::string config =
            "{\"peft_type\": \"LORA\", \"r\": " + std::to_string(kRank) +
            ", \"lora_alpha\": 6.0, \"target_modules\": [\"all\"], \"bias\": \"none\"}";
        check(writeAtomically(folder / "adapter_config.json", config, true));
        check(writeSafetensors(folder / "adapter_model.safetensors", m_peft, {}, true));
    }

    std::string ggufBytes() const
    {
        GgufWriter writer;
        writer.setString("general.type", "adapter");
        writer.setString("general.architecture", m_file.config().architecture);
        writer.setString("adapter.type", "lora");
        writer.setF32("adapter.lora.alpha", kAlpha);
        for (const GgufPair &pair : m_gguf) {
            const uint64_t inputs = pair.a->size() / kRank, outputs = pair.b->size() / kRank;
            writer.addTensor(pair.name + ".lora_a", DType::F32, {inputs, kRank}, bytesOf(*pair.a));
            writer.addTensor(pair.name + ".lora_b", DType::F32, {kRank, outputs}, bytesOf(*pair.b));
        }
        return need(writer.toBytes("adapter"));
    }

    /// Adds scale · B · A to the weights, which are decoded the first time.
    void mergeInto(std::map<std::string, std::vector<float>> &weights, float scale) const
    {
        for (const auto &[name, product] : m_products) {
            std::vector<float> &w = weights[name];
            if (w.empty())
                w = decoded(name);
            for (uint32_t row = 0; row < product.outputs; ++row) {
                for (uint32_t col = 0; col < product.inputs; ++col) {
                    double sum = 0;
                    for (uint32_t r = 0; r < kRank; ++r)
                        sum += double((*product.b)[row * kRank + r]) * (*product.a)[r * product.inputs + col];
                    w[row * product.inputs + col] += float(scale * kAlpha / kRank * sum);
                }
            }
        }
    }

private:
    struct Product {
        const std::vector<float> *a;
        const std::vector<float> *b; ///< in the order of the model's rows
        uint32_t outputs, inputs;
    };
    struct GgufPair {
        std::string name;
        const std::vector<float> *a, *b;
    };

    static void check(const Result<> &done)
    {
        if (!done)
            throw std::runtime_error(done.error().message());
    }

    static std::span<const std::byte> bytesOf(const std::vector<float> &values)
    {
        return std::as_bytes(std::span(values));
    }

    const std::vector<float> &random(size_t count)
    {
        std::uniform_real_distribution<float> value(-0.3f, 0.3f);
        std::vector<float> &out = m_values.emplace_back(count);
        for (float &x : out)
            x = value(m_random);
        return out;
    }

    const WeightSource &source(const std::string &name) const
    {
        const auto number = m_file.weights().findName(name);
        if (!number)
            throw std::runtime_error("no weight " + name);
        return m_file.weights().entry(*number).source;
    }

    std::vector<float> decoded(const std::string &name) const
    {
        const WeightSource &weight = source(name);
        const WeightBytes bytes = need(readWeight(weight));
        std::vector<float> out(size_t(weight.rows) * weight.cols);
        const DTypeInfo &info = dtypeInfo(weight.type);
        info.decode(bytes.view().data(), out.data(), out.size() / info.blockElements);
        return out;
    }

    uint32_t fileRow(RowsOf order, size_t which, uint32_t before, uint32_t row) const
    {
        const uint32_t d = m_file.config().headDim, head = row / d, i = row % d;
        if (order == RowsOf::Pairs)
            return head * d + (i % 2 == 0 ? i / 2 : d / 2 + i / 2);
        if (order == RowsOf::PerHead)
            return head * 3 * d + uint32_t(which) * d + i;
        return before + row;
    }

    void addModule(uint32_t layer, const LoraModule &module)
    {
        std::vector<std::string> names;
        uint32_t outputs = 0;
        for (const std::string &weight : module.weights) {
            names.push_back("blk." + std::to_string(layer) + "." + weight + ".weight");
            outputs += source(names.back()).rows;
        }
        const uint32_t inputs = source(names.front()).cols;
        const std::vector<float> &a = random(size_t(kRank) * inputs);
        std::vector<float> &all = m_values.emplace_back(size_t(outputs) * kRank);
        std::vector<float> &inOrder = m_values.emplace_back();
        uint32_t before = 0;
        for (size_t i = 0; i < names.size(); ++i) {
            const uint32_t rows = source(names[i]).rows;
            const std::vector<float> &b = random(size_t(rows) * kRank);
            for (uint32_t row = 0; row < rows; ++row)
                std::copy_n(b.begin() + row * kRank, kRank,
                            all.begin() + fileRow(module.rows, i, before, row) * kRank);
            inOrder.insert(inOrder.end(), b.begin(), b.end());
            m_products[names[i]] = {&a, &b, rows, inputs};
            before += rows;
        }
        const std::string &inGguf = module.gguf.empty() ? module.weights.front() : module.gguf;
        m_gguf.push_back({"blk." + std::to_string(layer) + "." + inGguf + ".weight", &a, &inOrder});
        const std::string name =
            "base_model.model." + m_recipe.layers + std::to_string(layer) + "." + module.name;
        m_peft.push_back({name + ".lora_A.weight", "F32", {kRank, inputs}, bytesOf(a)});
        m_peft.push_back({name + ".lora_B.weight", "F32", {outputs, kRank}, bytesOf(all)});
    }

    const ModelFile &m_file;
    LoraRecipe m_recipe;
    std::mt19937 m_random;
    std::deque<std::vector<float>> m_values; // whose elements stay where they are
    std::map<std::string, Product> m_products;
    std::vector<SafetensorsTensor> m_peft;
    std::vector<GgufPair> m_gguf;
};

} // namespace lathe::golden
