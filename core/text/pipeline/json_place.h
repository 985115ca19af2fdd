// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/formats/printable.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lathe {

/// JSON of a tokenizer's file, of any size. Errors: no JSON; nested more than 64 levels deep.
Result<nlohmann::json> parseTokenizerJson(std::string_view text, const std::string &file);

/// A value in a JSON file, with the way to it for messages. The json and the file's name outlive it. A member
/// that is null counts as missing.
class JsonPlace
{
public:
    JsonPlace(const nlohmann::json &json, const std::string &file, std::string path = {})
        : m_json(&json), m_file(&file), m_path(std::move(path))
    {
    }

    const nlohmann::json &json() const { return *m_json; }
    const std::string &file() const { return *m_file; }
    const std::string &path() const { return m_path; }

    /// "FILE: model.vocab <what>".
    tl::unexpected<Error> bad(const std::string &what) const;
    /// "FILE: unsupported: <name>".
    tl::unexpected<Error> unsupported(const std::string &name) const;

    /// The member `key` of an object, or nothing.
    std::optional<JsonPlace> find(const char *key) const;
    JsonPlace at(size_t index) const;

    // Errors: missing (without `fallback`), or of another type.
    Result<JsonPlace> object(const char *key) const;
    Result<JsonPlace> array(const char *key) const;
    Result<std::string> text(const char *key) const;
    Result<std::string> text(const char *key, std::string fallback) const;
    Result<bool> flag(const char *key, bool fallback) const;
    Result<uint64_t> count(const char *key) const;
    Result<uint64_t> count(const char *key, uint64_t fallback) const;
    /// The value itself as a token's id: under kTokenLimit.
    Result<uint32_t> tokenId() const;

private:
    const nlohmann::json *m_json;
    const std::string *m_file;
    std::string m_path;
};

/// A step of a normalizer, pre-tokenizer or decoder.
struct JsonStep {
    std::string type;
    JsonPlace place;
};

/// The step at `place`, a Sequence as the steps of its list `listKey`. Errors: a step without a type.
Result<std::vector<JsonStep>> stepsFromJson(const JsonPlace &place, const char *listKey);

/// The row of `step` in a table of {type, make}; "unsupported: <what> <type>" where there is none.
template <class Rows>
Result<decltype(std::begin(std::declval<Rows &>()))> findStepRow(Rows &rows, const JsonStep &step,
                                                                 const char *what)
{
    for (auto row = std::begin(rows); row != std::end(rows); ++row)
        if (row->type == step.type)
            return row;
    return step.place.unsupported(std::string(what) + " " + printable(step.type));
}

/// The steps at `place`: `make(row, step)` of each, in order.
template <class Steps, class Rows, class Make>
Result<Steps> makeSteps(Rows &rows, const JsonPlace &place, const char *listKey, const char *what, Make make)
{
    LATHE_ASSIGN(const std::vector<JsonStep> list, stepsFromJson(place, listKey));
    Steps steps;
    for (const JsonStep &step : list) {
        LATHE_ASSIGN(const auto row, findStepRow(rows, step, what));
        LATHE_ASSIGN(auto made, make(*row, step));
        steps.push_back(std::move(made));
    }
    return steps;
}
template <class Steps, class Rows>
Result<Steps> makeSteps(Rows &rows, const JsonPlace &place, const char *listKey, const char *what)
{
    return makeSteps<Steps>(rows, place, listKey, what,
                            [](const auto &row, const JsonStep &step) { return row.make(step.place); });
}

} // namespace lathe
