// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/json_values.h"

namespace lathe::jinja {

namespace {

Value convert(Machine &machine, const nlohmann::ordered_json &json, bool content, uint32_t depth)
{
    if (depth > kMaxValueDepth)
        machine.fail("a value nests more than " + std::to_string(kMaxValueDepth) + " levels deep");
    switch (json.type()) {
    case nlohmann::ordered_json::value_t::boolean:
        return Value(json.get<bool>());
    case nlohmann::ordered_json::value_t::number_integer:
        return Value(json.get<int64_t>());
    case nlohmann::ordered_json::value_t::number_unsigned:
        if (json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX))
            machine.fail("the number " + std::to_string(json.get<uint64_t>()) + " is over 64 bits");
        return Value(json.get<int64_t>());
    case nlohmann::ordered_json::value_t::number_float:
        return Value(json.get<double>());
    case nlohmann::ordered_json::value_t::string:
        return Value(makeText(machine, json.get_ref<const std::string &>(), content));
    case nlohmann::ordered_json::value_t::array: {
        std::vector<Value> items;
        items.reserve(json.size());
        for (const auto &item : json)
            items.push_back(convert(machine, item, content, depth + 1));
        return machine.list(std::move(items));
    }
    case nlohmann::ordered_json::value_t::object: {
        auto dict = std::make_shared<Dict>();
        for (const auto &[name, value] : json.items())
            dict->set(machine, Value(makeText(machine, name, content)),
                      convert(machine, value, content, depth + 1));
        return Value(DictRef(std::move(dict)));
    }
    default:
        return Value(None{});
    }
}

Value messageFromJson(Machine &machine, const nlohmann::ordered_json &json)
{
    if (!json.is_object())
        return convert(machine, json, true, 1);
    auto dict = std::make_shared<Dict>();
    for (const auto &[name, value] : json.items())
        dict->set(machine, Value(makeText(machine, name)), convert(machine, value, name != "role", 2));
    return Value(DictRef(std::move(dict)));
}

} // namespace

Value valueFromJson(Machine &machine, const nlohmann::ordered_json &json, bool content)
{
    return convert(machine, json, content, 0);
}

Value messagesFromJson(Machine &machine, const nlohmann::ordered_json &json)
{
    if (!json.is_array())
        machine.fail("the messages are no list");
    std::vector<Value> messages;
    messages.reserve(json.size());
    for (const auto &message : json)
        messages.push_back(messageFromJson(machine, message));
    return machine.list(std::move(messages));
}

} // namespace lathe::jinja
