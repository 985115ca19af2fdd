// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/base/os.h"
#include "core/text/tokenizer_gguf.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// What the tokenizer's tests read.
namespace lathe::testing {

using Ids = std::vector<uint32_t>;

inline std::filesystem::path dataFile(const std::string &name)
{
    return std::filesystem::path(LATHE_TEST_DATA) / name;
}

inline std::filesystem::path defaultModel()
{
    return os::dataFolder() / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf";
}

inline Result<Tokenizer> openTokenizer(const std::filesystem::path &path)
{
    LATHE_ASSIGN(const GgufFile file, GgufFile::open(path));
    return tokenizerFromGguf(file);
}

/// Throws (which fails the test) where the file is missing or is no JSON.
inline nlohmann::json readJson(const std::filesystem::path &path)
{
    return nlohmann::json::parse(readText(path).value());
}

/// "1 2 3", for messages.
inline std::string toString(const Ids &ids)
{
    std::string text;
    for (const uint32_t id : ids)
        text += (text.empty() ? "" : " ") + std::to_string(id);
    return text;
}

} // namespace lathe::testing
