// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/model/model_file.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace lathe {

struct WriteOptions {
    bool overwrite = false;
    std::set<std::string>
        allowedLosses;                ///< by name: "tokenizer", "template", "vision", "norms", a weight type
    std::string program;              ///< name and version for the model card
    std::vector<std::string> changes; ///< for it: what was done to the weights
};

struct Written {
    uint64_t bytes = 0;              ///< of the file with the weights
    std::vector<std::string> losses; ///< those that were allowed and met
};

/// Writes a model as `out`: a GGUF file where the name ends in ".gguf", else a Hugging Face folder. Between
/// the formats weights change names and order and keep every bit; settings, tokenizer and chat template go
/// with them, and a GGUF file keeps what it cannot say of a folder, so that the way back gives the folder
/// again. In the same format all is copied as it is, parts of a model in one file.
/// `weights` are the model's or changed ones, in the same order.
///
/// What is written is opened again and compared before it gets its name; it appears whole or not at all.
/// Errors: what the target cannot hold, by name ("unsupported: …"), unless it is allowed; `out` is there
/// already, or is the source; Io; cancelled.
Result<Written> writeModel(const ModelFile &model, const WeightTable &weights,
                           const std::filesystem::path &out, const WriteOptions &options,
                           const TaskContext &task);

/// With the model's own weights.
Result<Written> convertModel(const ModelFile &model, const std::filesystem::path &out,
                             const WriteOptions &options, const TaskContext &task);

} // namespace lathe
