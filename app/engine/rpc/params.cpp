// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/params.h"

#include <charconv>
#include <limits>

namespace lathe::rpc {

const Json *Params::find(const char *name) const
{
    if (!m_object.is_object())
        return nullptr;
    const auto found = m_object.find(name);
    return found == m_object.end() || found->is_null() ? nullptr : &*found;
}

tl::unexpected<RpcError> Params::wrong(const char *name, std::string what, std::string remedy) const
{
    return refuse(RpcFault::Params, m_where + name, std::move(what), std::move(remedy));
}

RpcResult<std::string> Params::string(const char *name) const
{
    if (!has(name))
        return wrong(name, "is missing", "give a string");
    return string(name, {});
}

RpcResult<std::string> Params::string(const char *name, std::string fallback) const
{
    const Json *value = find(name);
    if (!value)
        return fallback;
    if (!value->is_string())
        return wrong(name, "is not a string", "give a string");
    return value->get<std::string>();
}

RpcResult<bool> Params::boolean(const char *name, bool fallback) const
{
    const Json *value = find(name);
    if (!value)
        return fallback;
    if (!value->is_boolean())
        return wrong(name, "is not true or false", "give true or false");
    return value->get<bool>();
}

RpcResult<int64_t> Params::integer(const char *name, int64_t fallback, int64_t low, int64_t high) const
{
    const Json *value = find(name);
    if (!value)
        return fallback;
    const std::string range =
        "give a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    if (!value->is_number_integer())
        return wrong(name, "is not a whole number", range);
    const bool tooLarge =
        value->is_number_unsigned() && value->get<uint64_t>() > uint64_t(std::numeric_limits<int64_t>::max());
    if (tooLarge || value->get<int64_t>() < low || value->get<int64_t>() > high)
        return wrong(name, "is out of range", range);
    return value->get<int64_t>();
}

RpcResult<double> Params::number(const char *name, double fallback) const
{
    const Json *value = find(name);
    if (!value)
        return fallback;
    if (!value->is_number())
        return wrong(name, "is not a number", "give a number");
    return value->get<double>();
}

RpcResult<std::optional<uint64_t>> Params::seed(const char *name) const
{
    const Json *value = find(name);
    if (!value)
        return std::nullopt;
    if (value->is_number_unsigned())
        return value->get<uint64_t>();
    if (value->is_string()) {
        const std::string text = value->get<std::string>();
        uint64_t seed = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
        if (error == std::errc() && end == text.data() + text.size())
            return seed;
    }
    return wrong(name, "is not a seed", "give a whole number from 0 to 18446744073709551615");
}

RpcResult<std::vector<std::string>> Params::strings(const char *name) const
{
    std::vector<std::string> out;
    const Json *value = find(name);
    if (!value)
        return out;
    if (!value->is_array())
        return wrong(name, "is not a list", "give a list of strings");
    for (const Json &item : *value) {
        if (!item.is_string())
            return wrong(name, "holds something that is no string", "give a list of strings");
        out.push_back(item.get<std::string>());
    }
    return out;
}

RpcResult<std::vector<uint32_t>> Params::ids(const char *name) const
{
    std::vector<uint32_t> out;
    const Json *value = find(name);
    if (!value)
        return out;
    if (!value->is_array())
        return wrong(name, "is not a list", "give a list of token ids");
    for (const Json &item : *value) {
        if (!item.is_number_unsigned() || item.get<uint64_t>() > std::numeric_limits<uint32_t>::max())
            return wrong(name, "holds something that is no token id", "give a list of token ids");
        out.push_back(item.get<uint32_t>());
    }
    return out;
}

} // namespace lathe::rpc
