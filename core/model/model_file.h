// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/sha256.h"
#include "core/formats/gguf.h"
#include "core/model/config.h"
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

/// A model on disk, opened read-only and checked, nothing uploaded yet. The weights point into the mapped
/// file. A tokenizer or template that is missing or broken is kept as its error, and the rest works.
class ModelFile
{
public:
    enum class Need {
        Everything, ///< config and all weights must be there
        Vocabulary, ///< tokenizer and template will do (a GGUF without tensors)
    };

    /// Errors: not a GGUF file, an unsupported architecture or setting, a missing or misshapen tensor: each
    /// by name.
    static Result<std::shared_ptr<const ModelFile>> open(const std::filesystem::path &path,
                                                         Need need = Need::Everything);
    /// The same from memory that outlives the object; `name` stands for the path.
    static Result<std::shared_ptr<const ModelFile>> parse(std::span<const std::byte> bytes, std::string name,
                                                          Need need = Need::Everything);

    const std::filesystem::path &path() const { return m_path; }
    uint64_t fileBytes() const { return m_fileBytes; }
    const ModelConfig &config() const { return m_config; }
    const WeightTable &weights() const { return m_weights; }
    const GgufFile &gguf() const { return m_gguf; }
    const Result<std::shared_ptr<const Tokenizer>> &tokenizer() const { return m_tokenizer; }
    const Result<std::shared_ptr<const ChatTemplate>> &chatTemplate() const { return m_template; }
    uint64_t parameters() const { return m_parameters; }
    /// The weight type that most bytes of the matrices have, "Q4_1".
    std::string_view quantization() const;
    /// SHA-256 of the whole file, computed at the first call.
    Result<Sha256> sha256(const TaskContext &task = {}) const;

private:
    explicit ModelFile(GgufFile gguf) : m_gguf(std::move(gguf)) {}
    static Result<std::shared_ptr<const ModelFile>> create(GgufFile gguf, std::filesystem::path path,
                                                           Need need);

    std::filesystem::path m_path;
    uint64_t m_fileBytes = 0;
    uint64_t m_parameters = 0;
    GgufFile m_gguf;
    ModelConfig m_config;
    WeightTable m_weights;
    Result<std::shared_ptr<const Tokenizer>> m_tokenizer{nullptr};
    Result<std::shared_ptr<const ChatTemplate>> m_template{nullptr};
    mutable std::mutex m_hashMutex;
    mutable std::optional<Sha256> m_sha256;
};

} // namespace lathe
