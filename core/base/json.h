// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace lathe {

/// How deep arrays and objects are nested, counted without parsing; strings are passed over.
size_t jsonDepth(std::string_view text);

/// How much of a JSON text from outside is taken in.
struct JsonLimits {
    size_t bytes = size_t(1) << 20;
    size_t values = 1'000'000; ///< objects, arrays, numbers, strings, truth values, nulls
    unsigned depth = 64;       ///< objects and arrays in each other
};

/// Reads JSON (RFC 8259) that may be hostile. `subject` names the file in messages. Errors, with the byte
/// where the parser knows it: not JSON, malformed UTF-8, a NUL, a name twice in one object, more than a
/// limit.
Result<nlohmann::json> parseJson(std::string_view text, const std::string &subject,
                                 const JsonLimits &limits = {});
/// The same of a file.
Result<nlohmann::json> readJson(const std::filesystem::path &path, const JsonLimits &limits = {});

/// Typed access to the members of a JSON object, which must outlive it. `null` counts as not there. Errors
/// name the file and the member: "config.json: hidden_size is a string, not a whole number".
class JsonObject
{
public:
    /// `prefix` stands before the members' names in messages ("rope_scaling.").
    JsonObject(const nlohmann::json &object, std::string subject, std::string prefix = {});

    const nlohmann::json *find(std::string_view name) const;
    const nlohmann::json &value() const { return m_object; }
    const std::string &subject() const { return m_subject; }
    std::string label(std::string_view name) const { return m_prefix + std::string(name); }

    /// Nothing if it is not there; an error if it is of another type, negative, or not finite.
    Result<std::optional<uint64_t>> unsignedInteger(std::string_view name) const;
    Result<std::optional<double>> number(std::string_view name) const;
    Result<std::optional<bool>> boolean(std::string_view name) const;
    Result<std::optional<std::string>> string(std::string_view name) const;
    Result<std::optional<JsonObject>> object(std::string_view name) const;

    tl::unexpected<Error> bad(std::string_view name, std::string what) const;

private:
    tl::unexpected<Error> wrongType(std::string_view name, const nlohmann::json &value,
                                    const char *wanted) const;

    const nlohmann::json &m_object;
    std::string m_subject;
    std::string m_prefix;
};

} // namespace lathe
