// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/convert/convert.h"
#include "tests/core/model/golden_folder.h"

#include <map>

namespace lathe::testing {

namespace fs = std::filesystem;

inline WriteOptions writeOptions(std::set<std::string> losses = {}, bool overwrite = false)
{
    return {overwrite, std::move(losses), "Lathe test", {}};
}

inline Result<Written> convert(const fs::path &from, const fs::path &to,
                               const WriteOptions &options = writeOptions())
{
    LATHE_ASSIGN(const auto model, ModelFile::open(from));
    return convertModel(*model, to, options, {});
}

inline void convertOrThrow(const fs::path &from, const fs::path &to,
                           const WriteOptions &options = writeOptions())
{
    if (const auto written = convert(from, to, options); !written)
        throw std::runtime_error(written.error().message());
}

/// Type, shape and bytes of each tensor of a file or folder.
inline std::map<std::string, std::string> tensorsOf(const fs::path &path)
{
    const auto model = ModelFile::open(path);
    if (!model)
        throw std::runtime_error(model.error().message());
    std::map<std::string, std::string> out;
    for (const ModelTensor &tensor : (*model)->tensors()) {
        std::string text = tensor.type;
        for (const uint64_t extent : tensor.shape)
            text += " " + std::to_string(extent);
        text += ":";
        text.append(reinterpret_cast<const char *>(tensor.data.data()), tensor.data.size());
        out.emplace(tensor.name, std::move(text));
    }
    return out;
}

/// The first tensor that is not the same; empty if all are.
inline std::string differingTensor(const fs::path &a, const fs::path &b)
{
    const auto left = tensorsOf(a), right = tensorsOf(b);
    for (const auto &[name, content] : left)
        if (!right.contains(name) || right.at(name) != content)
            return name;
    return left.size() == right.size() ? "" : "a tensor more";
}

inline std::string textOf(const fs::path &path)
{
    return readText(path).value_or("not there");
}

} // namespace lathe::testing
