// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"

#include "core/base/files.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace lathe {

namespace {

using nlohmann::json;

/// Builds the document while it counts; stops at the first fault. The parser itself does not recurse.
class Builder : public nlohmann::json_sax<json>
{
public:
    explicit Builder(const JsonLimits &limits) : m_limits(limits) {}

    json root;
    std::string fault;

    bool null() override { return add(nullptr) != nullptr; }
    bool boolean(bool value) override { return add(value) != nullptr; }
    bool number_integer(number_integer_t value) override { return add(value) != nullptr; }
    bool number_unsigned(number_unsigned_t value) override { return add(value) != nullptr; }
    bool number_float(number_float_t value, const std::string &) override { return add(value) != nullptr; }
    bool string(std::string &value) override { return add(std::move(value)) != nullptr; }
    bool binary(binary_t &) override { return stop("has binary data"); }
    bool start_object(size_t) override { return open(json::object()); }
    bool start_array(size_t) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(std::string &name) override
    {
        if (m_open.back()->contains(name))
            return stop("has a name twice in one object");
        m_name = std::move(name);
        return true;
    }

    bool parse_error(size_t position, const std::string &, const nlohmann::json::exception &) override
    {
        return stop("is not JSON at byte " + std::to_string(position));
    }

private:
    json *add(json value)
    {
        if (++m_values > m_limits.values) {
            stop("has more than " + std::to_string(m_limits.values) + " values");
            return nullptr;
        }
        if (m_open.empty()) {
            root = std::move(value);
            return &root;
        }
        json &parent = *m_open.back();
        if (parent.is_array())
            return &parent.emplace_back(std::move(value));
        return &*parent.emplace(std::move(m_name), std::move(value)).first;
    }

    bool open(json container)
    {
        if (m_open.size() == m_limits.depth)
            return stop("is nested deeper than " + std::to_string(m_limits.depth));
        json *added = add(std::move(container));
        if (added)
            m_open.push_back(added);
        return added;
    }

    bool close()
    {
        m_open.pop_back();
        return true;
    }

    bool stop(std::string what)
    {
        fault = std::move(what);
        return false;
    }

    JsonLimits m_limits;
    size_t m_values = 0;
    std::vector<json *> m_open;
    std::string m_name;
};

} // namespace

size_t jsonDepth(std::string_view text)
{
    size_t depth = 0, deepest = 0;
    bool inString = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            inString = c != '"';
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return deepest;
}

Result<json> parseJson(std::string_view text, const std::string &subject, const JsonLimits &limits)
{
    const char *remedy = "get the file again";
    if (text.size() > limits.bytes)
        return fail(Errc::BadInput, subject,
                    "has " + std::to_string(text.size()) + " bytes, at most " + std::to_string(limits.bytes) +
                        " are read",
                    remedy);
    // The parser would stop at a NUL as if the text ended there.
    if (text.find('\0') != text.npos)
        return fail(Errc::BadInput, subject, "is not JSON in UTF-8: it has a NUL", remedy);
    Builder builder(limits);
    if (!json::sax_parse(text.begin(), text.end(), &builder))
        return fail(Errc::BadInput, subject, builder.fault, remedy);
    return std::move(builder.root);
}

Result<json> readJson(const std::filesystem::path &path, const JsonLimits &limits)
{
    LATHE_ASSIGN(const std::string text, readText(path, limits.bytes));
    return parseJson(text, path.string(), limits);
}

JsonObject::JsonObject(const json &object, std::string subject, std::string prefix)
    : m_object(object), m_subject(std::move(subject)), m_prefix(std::move(prefix))
{
}

const json *JsonObject::find(std::string_view name) const
{
    if (!m_object.is_object())
        return nullptr;
    const auto at = m_object.find(name);
    return at == m_object.end() || at->is_null() ? nullptr : &*at;
}

tl::unexpected<Error> JsonObject::bad(std::string_view name, std::string what) const
{
    return fail(Errc::BadInput, m_subject, label(name) + " " + std::move(what),
                "get the file again, or correct it");
}

tl::unexpected<Error> JsonObject::wrongType(std::string_view name, const json &value,
                                            const char *wanted) const
{
    const char *article = value.is_array() || value.is_object() ? "an " : "a ";
    return bad(name, std::string("is ") + article + value.type_name() + ", not " + wanted);
}

Result<std::optional<uint64_t>> JsonObject::unsignedInteger(std::string_view name) const
{
    const json *value = find(name);
    if (!value)
        return std::nullopt;
    if (value->is_number_unsigned())
        return value->get<uint64_t>();
    if (value->is_number_integer())
        return bad(name, "is " + std::to_string(value->get<int64_t>()) + ", less than 0");
    if (value->is_number_float())
        return bad(name, "is not a whole number of 64 bits");
    return wrongType(name, *value, "a whole number");
}

Result<std::optional<double>> JsonObject::number(std::string_view name) const
{
    const json *value = find(name);
    if (!value)
        return std::nullopt;
    if (!value->is_number())
        return wrongType(name, *value, "a number");
    const double number = value->get<double>();
    if (!std::isfinite(number) || std::abs(number) > double(std::numeric_limits<float>::max()))
        return bad(name, "is out of range");
    return number;
}

Result<std::optional<bool>> JsonObject::boolean(std::string_view name) const
{
    const json *value = find(name);
    if (!value)
        return std::nullopt;
    if (!value->is_boolean())
        return wrongType(name, *value, "true or false");
    return value->get<bool>();
}

Result<std::optional<std::string>> JsonObject::string(std::string_view name) const
{
    const json *value = find(name);
    if (!value)
        return std::nullopt;
    if (!value->is_string())
        return wrongType(name, *value, "a string");
    return value->get<std::string>();
}

Result<std::optional<JsonObject>> JsonObject::object(std::string_view name) const
{
    const json *value = find(name);
    if (!value)
        return std::nullopt;
    if (!value->is_object())
        return wrongType(name, *value, "an object");
    return JsonObject(*value, m_subject, label(name) + ".");
}

} // namespace lathe
