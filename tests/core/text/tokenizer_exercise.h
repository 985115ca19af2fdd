// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"
#include "core/text/tokenizer_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

/// What the fuzz target and the test of random changes do with a tokenizer.json.
namespace lathe::testing {

/// An empty text, or what is wrong: the file is refused with a sound message, or its tokenizer gives ids of
/// its vocabulary and text for them, whatever the bytes of `text`.
inline std::string exerciseTokenizerJson(const std::string &json, const std::string &text)
{
    const auto isSound = [](const Error &error) {
        const std::string message = error.message();
        return isValidUtf8(message) && message.find('\n') == std::string::npos && !error.what.empty();
    };
    auto spec = tokenizerSpecFromJson(json, "x.json");
    if (!spec)
        return isSound(spec.error()) ? "" : "unsound message: " + spec.error().message();
    const auto tokenizer = Tokenizer::create(std::move(*spec), "x.json");
    if (!tokenizer)
        return isSound(tokenizer.error()) ? "" : "unsound message: " + tokenizer.error().message();
    const Tokenizer::TextPart parts[] = {{text, true}, {"<s> a", false}, {text, false}};
    for (const auto special : {Tokenizer::Special::Add, Tokenizer::Special::Plain}) {
        for (const auto &ids : {tokenizer->encode(text, special), tokenizer->encode(parts, special)}) {
            if (!ids && !isSound(ids.error()))
                return "unsound message: " + ids.error().message();
            if (!ids)
                continue;
            if (!std::all_of(ids->begin(), ids->end(), [&](uint32_t id) { return tokenizer->contains(id); }))
                return "an id outside the vocabulary";
            tokenizer->decode(*ids, {.skipSpecial = true});
            for (const uint32_t id : *ids)
                tokenizer->piece(id);
        }
    }
    return {};
}

/// A tokenizer.json of parts and strings that `choose(n)` (below n) and `word()` pick.
template <class Choose, class Word> std::string composeTokenizerJson(const Choose &choose, const Word &word)
{
    using Json = nlohmann::json;
    const auto text = [&] { return toValidUtf8(word()); };
    const auto flag = [&] { return choose(2) == 1; };
    const auto pattern = [&] {
        return flag() ? Json{{"String", text() + (choose(9) == 0 ? "" : "a")}} : Json{{"Regex", text()}};
    };
    const char *const behaviors[] = {"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext",
                                     "Contiguous"};
    const char *const schemes[] = {"always", "first", "never"};
    const auto normalizer = [&]() -> Json {
        const char *const plain[] = {"NFC",       "NFD",          "NFKC", "NFKD",
                                     "Lowercase", "StripAccents", "Nmt",  "ByteLevel"};
        switch (choose(4)) {
        case 0:
            return {{"type", "Replace"}, {"pattern", pattern()}, {"content", text()}};
        case 1:
            return {{"type", "Prepend"}, {"prepend", text()}};
        case 2:
            return {{"type", "Strip"}, {"strip_left", flag()}, {"strip_right", flag()}};
        default:
            return {{"type", plain[choose(std::size(plain))]}};
        }
    };
    const auto splitter = [&]() -> Json {
        const char *const plain[] = {"Whitespace", "WhitespaceSplit", "Digits", "Punctuation"};
        switch (choose(4)) {
        case 0:
            return {{"type", "Split"},
                    {"pattern", pattern()},
                    {"behavior", behaviors[choose(5)]},
                    {"invert", flag()}};
        case 1:
            return {{"type", "ByteLevel"}, {"add_prefix_space", flag()}, {"use_regex", flag()}};
        case 2:
            return {{"type", "Metaspace"},
                    {"replacement", "_"},
                    {"prepend_scheme", schemes[choose(3)]},
                    {"split", flag()}};
        default:
            return {{"type", plain[choose(std::size(plain))]}, {"individual_digits", flag()}};
        }
    };
    const auto decoder = [&]() -> Json {
        const char *const plain[] = {"ByteLevel", "ByteFallback", "Fuse", "Metaspace"};
        switch (choose(3)) {
        case 0:
            return {{"type", "Replace"}, {"pattern", pattern()}, {"content", text()}};
        case 1:
            return {{"type", "Strip"},
                    {"content", choose(9) == 0 ? text() : "_"},
                    {"start", choose(3)},
                    {"stop", choose(3)}};
        default:
            return {{"type", plain[choose(std::size(plain))]}};
        }
    };
    const auto list = [&](const char *key, const auto &step) {
        Json steps = Json::array();
        for (size_t n = choose(4); n > 0; --n)
            steps.push_back(step());
        return Json{{"type", "Sequence"}, {key, steps}};
    };
    /// Mostly a token that is not there yet.
    const auto fresh = [&](size_t i) {
        return text() + (choose(30) == 0 ? "" : std::string(1, char('c' + i)));
    };
    Json model;
    const size_t count = 1 + choose(12);
    if (flag()) {
        model = {
            {"type", "BPE"},           {"unk_token", "<u>"},
            {"fuse_unk", flag()},      {"byte_fallback", flag()},
            {"ignore_merges", flag()}, {"vocab", {{"<u>", 0}, {"a", 1}, {"b", 2}, {"ab", 3}, {"<0x61>", 4}}},
            {"merges", {"a b"}}};
        for (size_t i = 0; i < count; ++i)
            model["vocab"][fresh(i)] = choose(30) == 0 ? 1 : 5 + i;
    } else {
        model = {{"type", "Unigram"},
                 {"unk_id", 0},
                 {"byte_fallback", flag()},
                 {"vocab", Json::array({Json::array({"<u>", 0}), Json::array({"a", -1})})}};
        for (size_t i = 0; i < count; ++i)
            model["vocab"].push_back(Json::array({fresh(i), -double(choose(9))}));
    }
    Json added = Json::array();
    for (size_t n = choose(4); n > 0; --n)
        added.push_back({{"id", choose(9) == 0 ? choose(30) : 5 + count + n},
                         {"content", text()},
                         {"special", flag()},
                         {"lstrip", flag()},
                         {"rstrip", flag()},
                         {"single_word", flag()},
                         {"normalized", flag()}});
    return Json{{"model", model},
                {"normalizer", list("normalizers", normalizer)},
                {"pre_tokenizer", list("pretokenizers", splitter)},
                {"decoder", list("decoders", decoder)},
                {"added_tokens", added}}
        .dump();
}

} // namespace lathe::testing
