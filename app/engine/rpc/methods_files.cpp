// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/method.h"

#include "app/engine/services/default_model.h"
#include "app/engine/services/identify.h"
#include "core/base/bytes.h"
#include "core/base/os.h"

#include <algorithm>
#include <chrono>

namespace lathe::rpc {

namespace fs = std::filesystem;

namespace {

struct Entry {
    std::string name;
    fs::path path;
    std::string kind; // folder, model, file
    uint64_t bytes = 0;
    int64_t modified = 0;
};

std::string kindOf(const fs::directory_entry &entry)
{
    std::error_code error;
    if (entry.is_directory(error))
        return fs::exists(entry.path() / "config.json", error) ? "model" : "folder";
    return entry.path().extension() == ".gguf" ? "model" : "file";
}

std::optional<Entry> describe(const fs::directory_entry &item, bool allFiles)
{
    Entry entry{item.path().filename().string(), item.path(), kindOf(item), 0, 0};
    if (entry.name.starts_with('.') || !isValidUtf8(entry.name) || (entry.kind == "file" && !allFiles))
        return std::nullopt;
    std::error_code error;
    if (item.is_regular_file(error))
        entry.bytes = item.file_size(error);
    const auto time = item.last_write_time(error);
    if (!error)
        entry.modified = std::chrono::duration_cast<std::chrono::seconds>(
                             std::chrono::file_clock::to_sys(time).time_since_epoch())
                             .count();
    return entry;
}

Json placesJson()
{
    Json places = Json::array();
    places.push_back({{"name", "Home"}, {"path", os::homeFolder().string()}});
    places.push_back({{"name", "Models"}, {"path", DefaultModel::folder().string()}});
    places.push_back({{"name", "Computer"}, {"path", "/"}});
    return places;
}

RpcResult<Reply> filesList(EngineState &, Call &call)
{
    LATHE_ASSIGN(const std::string given, call.params().string("path", ""));
    LATHE_ASSIGN(const std::string show, call.params().string("show", "models"));
    if (show != "models" && show != "all")
        return call.params().wrong("show", "is neither models nor all", "give one of them");
    std::error_code error;
    fs::path folder = given;
    if (given.empty())
        folder = fs::is_directory(DefaultModel::folder(), error) ? DefaultModel::folder() : os::homeFolder();
    if (!folder.is_absolute())
        return call.params().wrong("path", "is not absolute", "give a path that begins with /");
    folder = folder.lexically_normal();
    std::vector<Entry> entries;
    fs::directory_iterator at(folder, error);
    for (const fs::directory_iterator end; !error && at != end; at.increment(error)) {
        if (call.cancelled())
            return tl::unexpected<RpcError>(Error{Errc::Cancelled, {}, "cancelled", {}});
        if (auto entry = describe(*at, show == "all"))
            entries.push_back(std::move(*entry));
    }
    if (error)
        return tl::unexpected<RpcError>(
            Error{error == std::errc::no_such_file_or_directory ? Errc::NotFound : Errc::Io, folder.string(),
                  "cannot be listed: " + error.message(), "choose another folder"});
    std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
        const bool aFolder = a.kind == "folder", bFolder = b.kind == "folder";
        return aFolder != bFolder ? aFolder : a.name < b.name;
    });
    Reply reply;
    reply.result = {{"path", folder.string()},
                    {"parent", folder.has_relative_path() ? Json(folder.parent_path().string()) : Json()},
                    {"entries", Json::array()},
                    {"places", placesJson()}};
    for (const Entry &entry : entries)
        reply.result["entries"].push_back({{"name", entry.name},
                                           {"path", entry.path.string()},
                                           {"kind", entry.kind},
                                           {"bytes", entry.bytes},
                                           {"modified", entry.modified}});
    return reply;
}

RpcResult<Reply> filesIdentify(EngineState &, Call &call)
{
    LATHE_ASSIGN(const std::string given, call.params().string("path"));
    const Identified found = identify(given);
    Reply reply;
    reply.result = {{"path", found.path.string()},
                    {"kind", found.kind == Identified::Kind::Adapter ? "adapter" : "model"}};
    return reply;
}

RpcResult<Reply> modelsDefault(EngineState &, Call &)
{
    Reply reply;
    reply.result = {{"name", DefaultModel::kName},       {"path", DefaultModel::path().string()},
                    {"bytes", DefaultModel::kBytes},     {"sha256", DefaultModel::kSha256},
                    {"licence", DefaultModel::kLicence}, {"present", DefaultModel::present()}};
    return reply;
}

RpcResult<Reply> modelsFetchDefault(EngineState &, Call &call)
{
    LATHE_ASSIGN(const FetchedModel model, fetchDefaultModel(call.task()));
    Reply reply;
    reply.result = {
        {"path", model.path.string()}, {"sha256", DefaultModel::kSha256}, {"fetched", model.fetched}};
    return reply;
}

constexpr Method kMethods[] = {
    {"files.list", filesList},
    {"files.identify", filesIdentify},
    {"models.default", modelsDefault},
    {"models.fetchDefault", modelsFetchDefault},
};

} // namespace

std::span<const Method> fileMethods()
{
    return kMethods;
}

} // namespace lathe::rpc
