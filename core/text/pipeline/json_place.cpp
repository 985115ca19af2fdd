// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pipeline/json_place.h"

#include "core/base/json.h"
#include "core/formats/printable.h"
#include "core/text/tokenizer_spec.h"

namespace lathe {

Result<nlohmann::json> parseTokenizerJson(std::string_view text, const std::string &file)
{
    constexpr const char *kRemedy = "download the file again";
    constexpr size_t kDepthLimit = 64;
    if (jsonDepth(text) > kDepthLimit)
        return fail(Errc::BadInput, file,
                    "its JSON nests more than " + std::to_string(kDepthLimit) + " levels deep", kRemedy);
    auto json = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
    if (json.is_discarded())
        return fail(Errc::BadInput, file, "it is no JSON", kRemedy);
    if (!json.is_object())
        return fail(Errc::BadInput, file, "its JSON is no object", kRemedy);
    return json;
}

tl::unexpected<Error> JsonPlace::bad(const std::string &what) const
{
    return fail(Errc::BadInput, *m_file, m_path.empty() ? what : printable(m_path, 200) + " " + what,
                "download the file again");
}

tl::unexpected<Error> JsonPlace::unsupported(const std::string &name) const
{
    return fail(Errc::Unsupported, *m_file, "unsupported: " + name, "use another model");
}

std::optional<JsonPlace> JsonPlace::find(const char *key) const
{
    if (!m_json->is_object())
        return std::nullopt;
    const auto member = m_json->find(key);
    if (member == m_json->end() || member->is_null())
        return std::nullopt;
    return JsonPlace(*member, *m_file, m_path.empty() ? key : m_path + "." + key);
}

JsonPlace JsonPlace::at(size_t index) const
{
    return JsonPlace((*m_json)[index], *m_file, m_path + "[" + std::to_string(index) + "]");
}

Result<JsonPlace> JsonPlace::object(const char *key) const
{
    const auto member = find(key);
    if (!member || !member->json().is_object())
        return bad(std::string("has no object \"") + key + "\"");
    return *member;
}

Result<JsonPlace> JsonPlace::array(const char *key) const
{
    const auto member = find(key);
    if (!member || !member->json().is_array())
        return bad(std::string("has no list \"") + key + "\"");
    return *member;
}

Result<std::string> JsonPlace::text(const char *key) const
{
    const auto member = find(key);
    if (!member || !member->json().is_string())
        return bad(std::string("has no text \"") + key + "\"");
    return member->json().get_ref<const std::string &>();
}

Result<std::string> JsonPlace::text(const char *key, std::string fallback) const
{
    return find(key) ? text(key) : Result<std::string>(std::move(fallback));
}

Result<bool> JsonPlace::flag(const char *key, bool fallback) const
{
    const auto member = find(key);
    if (!member)
        return fallback;
    if (!member->json().is_boolean())
        return member->bad("is neither true nor false");
    return member->json().get<bool>();
}

Result<uint64_t> JsonPlace::count(const char *key) const
{
    const auto member = find(key);
    if (!member || !member->json().is_number_unsigned())
        return bad(std::string("has no count \"") + key + "\"");
    return member->json().get<uint64_t>();
}

Result<uint64_t> JsonPlace::count(const char *key, uint64_t fallback) const
{
    return find(key) ? count(key) : Result<uint64_t>(fallback);
}

Result<uint32_t> JsonPlace::tokenId() const
{
    if (!m_json->is_number_unsigned() || m_json->get<uint64_t>() >= kTokenLimit)
        return bad("is no token id under " + std::to_string(kTokenLimit));
    return m_json->get<uint32_t>();
}

Result<std::vector<JsonStep>> stepsFromJson(const JsonPlace &place, const char *listKey)
{
    const auto type = place.text("type");
    if (!type)
        return tl::make_unexpected(type.error());
    if (*type != "Sequence")
        return std::vector<JsonStep>{{*type, place}};
    LATHE_ASSIGN(const JsonPlace list, place.array(listKey));
    std::vector<JsonStep> steps;
    for (size_t i = 0; i < list.json().size(); ++i) {
        LATHE_ASSIGN(std::vector<JsonStep> inner, stepsFromJson(list.at(i), listKey));
        steps.insert(steps.end(), std::make_move_iterator(inner.begin()),
                     std::make_move_iterator(inner.end()));
    }
    return steps;
}

} // namespace lathe
