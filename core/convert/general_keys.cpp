// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/general_keys.h"

#include "core/base/bytes.h"
#include "core/base/json.h"
#include "core/formats/gguf_limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace lathe {

namespace {

constexpr std::string_view kPrefix = "general.", kList = ":list", kNumber = ":number";

/// Those that every writer makes anew.
bool isOfTheFile(std::string_view key)
{
    constexpr std::array<std::string_view, 6> kKeys{"general.architecture", "general.type",
                                                    "general.file_type",    "general.quantization_version",
                                                    "general.alignment",    "general.description"};
    return std::ranges::find(kKeys, key) != kKeys.end();
}

void setOne(std::string_view key, const std::string &text, GgufWriter &writer)
{
    if (key.ends_with(kNumber)) {
        uint32_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && end == text.data() + text.size())
            writer.setU32(key.substr(0, key.size() - kNumber.size()), number);
        return;
    }
    if (!key.ends_with(kList)) {
        writer.setString(key, text);
        return;
    }
    const auto list = parseJson(text, std::string(key));
    const auto isText = [](const nlohmann::json &item) { return item.is_string(); };
    if (list && list->is_array() && !list->empty() && std::ranges::all_of(*list, isText))
        writer.setStrings(key.substr(0, key.size() - kList.size()), list->get<std::vector<std::string>>());
}

} // namespace

std::map<std::string, std::string> generalTexts(const GgufFile &file)
{
    std::map<std::string, std::string> texts;
    for (const auto &[key, value] : file.metadata()) {
        if (!key.starts_with(kPrefix) || isOfTheFile(key) || !isValidUtf8(key))
            continue;
        const std::string name(key);
        if (const auto text = value.asString(); text && isValidUtf8(*text))
            texts.emplace(name, *text);
        else if (const auto number = value.asU64(); number && *number <= std::numeric_limits<uint32_t>::max())
            texts.emplace(name + std::string(kNumber), std::to_string(*number));
        else if (const auto list = value.asStrings(); list && std::ranges::all_of(*list, isValidUtf8))
            texts.emplace(name + std::string(kList), nlohmann::json(*list).dump());
    }
    return texts;
}

void setGeneral(const HfFolder &folder, GgufWriter &writer)
{
    for (const SafetensorsFile &file : folder.files()) {
        for (const auto &[key, text] : file.metadata()) {
            const std::string_view name = std::string_view(key).substr(0, key.find(':'));
            if (name.starts_with(kPrefix) && !isOfTheFile(name) && isGgufName(name, kGgufMaxKeyBytes))
                setOne(key, text, writer);
        }
    }
}

} // namespace lathe
