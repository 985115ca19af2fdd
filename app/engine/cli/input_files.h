// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/text/chat_template.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace lathe::cli {

/// Files that are given to commands, and pipes; "-" is the standard input. Errors name the file as it was
/// given.
Result<std::string> readInput(const std::string &path);
Result<nlohmann::ordered_json> readJsonFile(const std::string &path);

/// `--ids F`: a JSON list of ids, or of lists of ids (a batch).
struct IdLists {
    std::vector<std::vector<uint32_t>> lists;
    bool batch = false;
};
Result<IdLists> readIdsFile(const std::string &path);

/// One such list that is not empty.
Result<std::vector<uint32_t>> readIdList(const std::string &path);

/// An error about `setting` ("messages") names the file that it came from instead.
Error namingFile(Error error, const char *setting, const std::string &path);

/// `--template F`: a Jinja file.
Result<std::shared_ptr<const ChatTemplate>> readTemplateFile(const std::string &path);

} // namespace lathe::cli
