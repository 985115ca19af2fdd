// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/input_files.h"

#include "core/base/files.h"

#include <limits>

namespace lathe::cli {

using Json = nlohmann::ordered_json;

namespace {

constexpr size_t kMaxFileBytes = size_t(1) << 30;
constexpr const char *kIdsRemedy = "give a JSON list of token ids, or a list of such lists";

Result<std::vector<uint32_t>> readIds(const Json &list, const std::string &path)
{
    std::vector<uint32_t> ids;
    for (const Json &item : list) {
        if (!item.is_number_unsigned() || item.get<uint64_t>() > std::numeric_limits<uint32_t>::max())
            return fail(Errc::BadInput, path, "holds something that is no token id", kIdsRemedy);
        ids.push_back(item.get<uint32_t>());
    }
    return ids;
}

} // namespace

Result<std::string> readInput(const std::string &path)
{
    Result<std::string> text = readText(path == "-" ? "/dev/stdin" : path, kMaxFileBytes);
    if (!text && path == "-" && text.error().code != Errc::Cancelled)
        return fail(text.error().code, path, text.error().what, text.error().remedy);
    return text;
}

Error namingFile(Error error, const char *setting, const std::string &path)
{
    if (error.subject == setting && !path.empty())
        error.subject = path;
    return error;
}

Result<Json> readJsonFile(const std::string &path)
{
    LATHE_ASSIGN(const std::string text, readInput(path));
    int depth = 0;
    bool deep = false;
    const auto callback = [&](int at, Json::parse_event_t, Json &) {
        depth = at;
        deep = deep || depth > 64;
        return !deep;
    };
    Json document = Json::parse(text, callback, false);
    if (document.is_discarded() || deep)
        return fail(Errc::BadInput, path, "is not JSON in UTF-8", "give a JSON file");
    return document;
}

Result<IdLists> readIdsFile(const std::string &path)
{
    LATHE_ASSIGN(const Json document, readJsonFile(path));
    if (!document.is_array())
        return fail(Errc::BadInput, path, "is not a list of ids", kIdsRemedy);
    IdLists out;
    out.batch = !document.empty() && document.front().is_array();
    if (!out.batch) {
        LATHE_ASSIGN(auto ids, readIds(document, path));
        out.lists.push_back(std::move(ids));
        return out;
    }
    for (const Json &list : document) {
        if (!list.is_array())
            return fail(Errc::BadInput, path, "mixes ids and lists of ids", kIdsRemedy);
        LATHE_ASSIGN(auto ids, readIds(list, path));
        out.lists.push_back(std::move(ids));
    }
    return out;
}

Result<std::vector<uint32_t>> readIdList(const std::string &path)
{
    LATHE_ASSIGN(IdLists ids, readIdsFile(path));
    if (ids.batch)
        return fail(Errc::BadInput, path, "holds lists of ids", "give one list");
    if (ids.lists.front().empty())
        return fail(Errc::BadInput, path, "holds an empty list", "give at least one id");
    return std::move(ids.lists.front());
}

Result<std::shared_ptr<const ChatTemplate>> readTemplateFile(const std::string &path)
{
    LATHE_ASSIGN(std::string source, readInput(path));
    LATHE_ASSIGN(ChatTemplate parsed, ChatTemplate::parse(std::move(source), path));
    return std::make_shared<const ChatTemplate>(std::move(parsed));
}

} // namespace lathe::cli
