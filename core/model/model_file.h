// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/sha256.h"
#include "core/model/config.h"
#include "core/model/model_source.h"
#include "core/model/weights.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

namespace lathe {

/// A model on disk, opened read-only and checked, nothing uploaded yet: a GGUF file, a GGUF file in parts, or
/// a Hugging Face folder. The weights point into the mapped files. A tokenizer or template that is missing or
/// broken is kept as its error, and the rest works.
class ModelFile
{
public:
    using Need = ModelNeed;

    /// Errors: no model, an unsupported architecture or setting, a missing or misshapen tensor: each by name.
    static Result<std::shared_ptr<const ModelFile>> open(const std::filesystem::path &path,
                                                         Need need = Need::Everything);
    /// A GGUF file in memory that outlives the object; `name` stands for the path.
    static Result<std::shared_ptr<const ModelFile>> parse(std::span<const std::byte> bytes, std::string name,
                                                          Need need = Need::Everything);

    const std::filesystem::path &path() const { return m_path; }
    const ModelSource &source() const { return *m_source; }
    /// Bytes of the files with the weights.
    uint64_t fileBytes() const { return m_fileBytes; }
    /// Whether config() and weights() say anything: not for a vocabulary, or tensors without settings.
    bool hasConfig() const { return m_hasConfig; }
    const ModelConfig &config() const { return m_config; }
    const WeightTable &weights() const { return m_weights; }
    /// The files' own tensors and settings.
    std::vector<ModelTensor> tensors() const { return m_source->tensors(); }
    std::vector<ModelSetting> settings() const { return m_source->settings(); }
    const Result<std::shared_ptr<const Tokenizer>> &tokenizer() const { return m_tokenizer; }
    const Result<std::shared_ptr<const ChatTemplate>> &chatTemplate() const { return m_template; }
    const Result<GenerationConfig> &generation() const { return m_generation; }
    uint64_t parameters() const { return m_parameters; }
    /// The weight type that most bytes of the matrices have, "Q4_1".
    std::string_view quantization() const;
    /// SHA-256 of the files with the weights, one after another: the GGUF file or its parts, a folder's
    /// safetensors files in the order of their names. Computed at the first call.
    Result<Sha256> sha256(const TaskContext &task = {}) const;

private:
    explicit ModelFile(std::unique_ptr<ModelSource> source) : m_source(std::move(source)) {}
    static Result<std::shared_ptr<const ModelFile>> create(std::unique_ptr<ModelSource> source,
                                                           std::filesystem::path path, Need need);
    Result<> readModel();
    void readText();

    std::filesystem::path m_path;
    std::unique_ptr<ModelSource> m_source;
    uint64_t m_fileBytes = 0;
    uint64_t m_parameters = 0;
    bool m_hasConfig = false;
    ModelConfig m_config;
    WeightTable m_weights;
    Result<std::shared_ptr<const Tokenizer>> m_tokenizer{nullptr};
    Result<std::shared_ptr<const ChatTemplate>> m_template{nullptr};
    Result<GenerationConfig> m_generation;
    mutable std::mutex m_hashMutex;
    mutable std::optional<Sha256> m_sha256;
};

} // namespace lathe
