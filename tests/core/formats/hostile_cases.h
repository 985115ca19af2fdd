// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace lathe {

/// One row of tests/data/hostile/cases.json.
struct HostileCase {
    std::string file;   ///< relative to tests/data/hostile
    std::string expect; ///< "accept", "reject", "either"
};

/// The cases of one folder of tests/data/hostile, in file order.
inline std::vector<HostileCase> hostileCases(const std::string &folder)
{
    const std::filesystem::path path = std::filesystem::path(LATHE_TEST_DATA) / "hostile/cases.json";
    const Result<std::string> text = readText(path);
    if (!text)
        throw std::runtime_error(text.error().message());
    const nlohmann::json all = nlohmann::json::parse(*text);
    std::vector<HostileCase> cases;
    for (const auto &row : all.at("cases")) {
        const std::string file = row.at("file");
        if (file.starts_with(folder + "/"))
            cases.push_back({file, row.at("expect")});
    }
    return cases;
}

} // namespace lathe
