// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/gguf.h"
#include "core/formats/hf_folder.h"
#include "core/model/config.h"
#include "core/model/weights.h"
#include "core/text/generation_config.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace lathe {

/// A tensor as its file has it.
struct ModelTensor {
    std::string name;
    std::string type;                                ///< as the format spells it: "Q4_1", "BF16", "I64"
    std::vector<uint64_t> shape;                     ///< rows first
    std::span<const std::byte> data;                 ///< empty where several tensors hold it
    std::shared_ptr<const WeightLoader> loader = {}; ///< gives such a one as rows of `loadedAs`
    DType loadedAs = DType::F32;
    uint64_t partBytes = 0; ///< of the tensors that hold it

    uint64_t elements() const;
    uint64_t bytes() const { return loader ? partBytes : data.size(); }
};

/// A setting of a model as its file has it. Long lists and strings are cut.
struct ModelSetting {
    std::string key;
    std::string type; ///< "u32", "string[49152]", "object"
    nlohmann::ordered_json value;
};

/// A model's config and weights.
struct ModelParts {
    ModelConfig config;
    WeightTable weights;
};

/// One way in which a model lies on disk: a GGUF file (or its parts), a Hugging Face folder, one safetensors
/// file. Opened read-only, bytes checked; what they mean is checked by read(). Tensors, names and weights
/// live as long as the object.
class ModelSource
{
public:
    virtual ~ModelSource() = default;

    /// The GGUF file or the folder itself, for whoever writes it in another form; null if it is none.
    virtual const GgufFile *gguf() const { return nullptr; }
    virtual const HfFolder *folder() const { return nullptr; }

    /// The files with the weights in their order, for size and hash.
    virtual std::vector<std::span<const std::byte>> files() const = 0;
    virtual std::vector<ModelTensor> tensors() const = 0;
    virtual std::vector<ModelSetting> settings() const = 0;
    /// The name that the model gives itself; empty if none.
    virtual Result<std::string> name() const = 0;
    /// Whether there is a config, and whether there are weights (a GGUF file with a vocabulary only has
    /// neither).
    virtual bool hasConfig() const = 0;
    virtual bool hasWeights() const = 0;
    /// Config and weights. Without weights in the files they are those that the config asks for, with no
    /// data.
    virtual Result<ModelParts> read() const = 0;
    virtual Result<Tokenizer> tokenizer() const = 0;
    /// The text of the chat template; NotFound if there is none.
    virtual Result<std::string> chatTemplate() const = 0;
    /// How its makers want it to generate: generation_config.json, or general.sampling.* of a GGUF file.
    virtual Result<GenerationConfig> generation() const { return GenerationConfig(); }
};

/// How much of a model there must be.
enum class ModelNeed {
    Everything,  ///< config and all weights
    Vocabulary,  ///< tokenizer and template will do
    Description, ///< whatever there is to tell: a config without weights, a lone safetensors file
};

/// Opens a GGUF file; a folder; config.json, the index or a safetensors file of a folder, which stand for the
/// folder (for Description: for themselves). Errors: neither; a pickle; what the format's reader finds.
Result<std::unique_ptr<ModelSource>> openModelSource(const std::filesystem::path &path, ModelNeed need);
/// A GGUF file in memory.
Result<std::unique_ptr<ModelSource>> parseModelSource(std::span<const std::byte> bytes, std::string name);

} // namespace lathe
