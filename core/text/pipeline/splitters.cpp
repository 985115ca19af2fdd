// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pipeline/splitters.h"

#include "core/formats/printable.h"
#include "core/text/byte_alphabet.h"
#include "core/text/characters.h"
#include "core/text/pipeline/text_pattern.h"
#include "core/text/pre_tokenizer.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

/// What becomes of a match between gaps.
enum class Behavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };
constexpr std::pair<std::string_view, Behavior> kBehaviors[] = {
    {"Removed", Behavior::Removed},
    {"Isolated", Behavior::Isolated},
    {"MergedWithPrevious", Behavior::MergedWithPrevious},
    {"MergedWithNext", Behavior::MergedWithNext},
    {"Contiguous", Behavior::Contiguous}};

Result<Behavior> behaviorFromJson(const JsonPlace &place, std::string fallback)
{
    LATHE_ASSIGN(const std::string name, place.text("behavior", std::move(fallback)));
    for (const auto &[known, behavior] : kBehaviors)
        if (known == name)
            return behavior;
    return place.unsupported("split behavior " + printable(name));
}

/// A stretch of a word that is a match or a gap; may be empty.
struct Part {
    Words::Range range;
    bool isMatch;
};

/// Words from the parts of one word.
void join(const std::vector<Part> &parts, Behavior behavior, std::vector<Words::Range> &out)
{
    const auto add = [&](Words::Range range) {
        if (range.begin < range.end)
            out.push_back(range);
    };
    for (size_t i = 0; i < parts.size();) {
        size_t last = i; // of the parts that become one word with part i
        const bool isMatch = parts[i].isMatch;
        const bool hasNext = i + 1 < parts.size();
        if (behavior == Behavior::Contiguous)
            while (last + 1 < parts.size() && parts[last + 1].isMatch == isMatch)
                ++last;
        else if (behavior == Behavior::MergedWithPrevious && !isMatch && hasNext && parts[i + 1].isMatch)
            ++last;
        else if (behavior == Behavior::MergedWithNext && isMatch && hasNext && !parts[i + 1].isMatch)
            ++last;
        if (behavior != Behavior::Removed || !isMatch)
            add({parts[i].range.begin, parts[last].range.end});
        i = last + 1;
    }
}

/// Cuts every word; `search(word, found)` reports the matches in it.
template <class Search> Result<> cutWords(Words &words, Behavior behavior, bool invert, const Search &search)
{
    std::vector<Words::Range> out;
    out.reserve(words.ranges.size());
    std::vector<Part> parts;
    for (const Words::Range &range : words.ranges) {
        parts.clear();
        size_t done = range.begin;
        LATHE_TRY(search(words.word(range), [&](size_t begin, size_t end) {
            if (range.begin + begin > done)
                parts.push_back({{done, range.begin + begin}, invert});
            done = range.begin + end;
            parts.push_back({{range.begin + begin, done}, !invert});
        }));
        if (done < range.end)
            parts.push_back({{done, range.end}, invert});
        join(parts, behavior, out);
    }
    words.ranges = std::move(out);
    return {};
}

/// Cuts at characters: each that `isMatch` holds for is a match.
template <class IsMatch>
Result<> cutAtCharacters(Words &words, Behavior behavior, bool invert, const IsMatch &isMatch)
{
    return cutWords(words, behavior, invert, [&](std::string_view word, const auto &found) -> Result<> {
        for (size_t at = 0; at < word.size();) {
            const Character c = characterAt(word, at);
            if (isMatch(c.code))
                found(at, at + c.length);
            at += c.length;
        }
        return {};
    });
}

/// Rewrites every word; `rewrite(word, isFirst, out)` appends it to the new text.
template <class Rewrite> void rewriteWords(Words &words, const Rewrite &rewrite)
{
    Words out;
    out.text.reserve(words.text.size() * 2);
    out.ranges.reserve(words.ranges.size());
    for (const Words::Range &range : words.ranges) {
        const size_t begin = out.text.size();
        rewrite(words.word(range), range.begin == 0, out.text);
        if (out.text.size() > begin)
            out.ranges.push_back({begin, out.text.size()});
    }
    words = std::move(out);
}

class Split final : public SplitterStep
{
public:
    Split(TextPattern pattern, Behavior behavior, bool invert)
        : m_pattern(std::move(pattern)), m_behavior(behavior), m_invert(invert)
    {
    }

    Result<> apply(Words &words, SectionPlace) const override
    {
        PatternRun run(m_pattern);
        return cutWords(words, m_behavior, m_invert,
                        [&](std::string_view word, const auto &found) { return run.search(word, found); });
    }
    std::optional<std::vector<std::string>> expressions() const override
    {
        if (m_pattern.literal() || m_behavior != Behavior::Isolated)
            return std::nullopt;
        return std::vector{m_pattern.source()};
    }

private:
    TextPattern m_pattern;
    Behavior m_behavior;
    bool m_invert;
};

class ByteLevel final : public SplitterStep
{
public:
    ByteLevel(bool prefix, std::optional<Expression> expression)
        : m_prefix(prefix), m_expression(std::move(expression))
    {
        for (size_t b = 0; b < m_alphabet.size(); ++b)
            m_alphabet[b] = byteToAlphabet(uint8_t(b));
    }

    Result<> apply(Words &words, SectionPlace place) const override
    {
        if (m_prefix && !place.continues)
            rewriteWords(words, [](std::string_view word, bool, std::string &out) {
                out.append(word.starts_with(' ') ? "" : " ").append(word);
            });
        if (m_expression) {
            ExpressionRun run(*m_expression);
            LATHE_TRY(
                cutWords(words, Behavior::Isolated, false,
                         [&](std::string_view word, const auto &found) { return run.search(word, found); }));
        }
        rewriteWords(words, [&](std::string_view word, bool, std::string &out) {
            for (const char byte : word)
                out += m_alphabet[uint8_t(byte)];
        });
        return {};
    }
    std::optional<std::vector<std::string>> expressions() const override
    {
        if (m_prefix)
            return std::nullopt;
        return m_expression ? std::vector{gpt2()} : std::vector<std::string>();
    }
    bool spellsBytes() const override { return true; }

    static std::string gpt2() { return std::string(findPreTokenizer("gpt-2")->expressions.front()); }

private:
    bool m_prefix;
    std::optional<Expression> m_expression;
    std::array<std::string, 256> m_alphabet;
};

/// SentencePiece's spelling of spaces, as a prefix too.
class Metaspace final : public SplitterStep
{
public:
    enum class Prefix { Always, First, Never };
    Metaspace(std::string mark, Prefix prefix, bool splits)
        : m_mark(std::move(mark)), m_prefix(prefix), m_splits(splits)
    {
    }

    Result<> apply(Words &words, SectionPlace place) const override
    {
        rewriteWords(words, [&](std::string_view word, bool isFirst, std::string &out) {
            const bool wanted =
                m_prefix == Prefix::Always || (m_prefix == Prefix::First && place.startsText && isFirst);
            if (wanted && !place.continues && !word.starts_with(' ') && !word.starts_with(m_mark))
                out += m_mark;
            for (const char c : word)
                c == ' ' ? out += m_mark : out += c;
        });
        if (!m_splits)
            return {};
        const TextPattern mark(m_mark);
        PatternRun run(mark);
        return cutWords(words, Behavior::MergedWithNext, false,
                        [&](std::string_view word, const auto &found) { return run.search(word, found); });
    }
    std::string prefix() const override { return m_prefix == Prefix::Never ? std::string() : m_mark; }

private:
    std::string m_mark;
    Prefix m_prefix;
    bool m_splits;
};

/// Cuts at the characters of a class.
class AtCharacters final : public SplitterStep
{
public:
    using IsMatch = bool (*)(char32_t);
    AtCharacters(IsMatch isMatch, Behavior behavior, std::string expression = {})
        : m_isMatch(isMatch), m_behavior(behavior), m_expression(std::move(expression))
    {
    }

    Result<> apply(Words &words, SectionPlace) const override
    {
        return cutAtCharacters(words, m_behavior, false, m_isMatch);
    }
    std::optional<std::vector<std::string>> expressions() const override
    {
        return m_expression.empty() ? std::nullopt : std::optional(std::vector{m_expression});
    }

private:
    IsMatch m_isMatch;
    Behavior m_behavior;
    std::string m_expression;
};

/// Words of letters and digits, and runs of other characters; white space goes.
class Whitespace final : public SplitterStep
{
public:
    Result<> apply(Words &words, SectionPlace) const override
    {
        return cutWords(words, Behavior::Removed, true,
                        [](std::string_view word, const auto &found) -> Result<> {
                            const auto kindAt = [&](size_t at) {
                                const char32_t code = characterAt(word, at).code;
                                return isWordCharacter(code) ? 0 : isWhiteSpace(code) ? 1 : 2;
                            };
                            for (size_t begin = 0; begin < word.size();) {
                                const int kind = kindAt(begin);
                                size_t end = begin;
                                while (end < word.size() && kindAt(end) == kind)
                                    end += characterAt(word, end).length;
                                if (kind != 1)
                                    found(begin, end);
                                begin = end;
                            }
                            return {};
                        });
    }
};

class AtDelimiter final : public SplitterStep
{
public:
    explicit AtDelimiter(char32_t delimiter) : m_delimiter(delimiter) {}

    Result<> apply(Words &words, SectionPlace) const override
    {
        return cutAtCharacters(words, Behavior::Removed, false, [&](char32_t c) { return c == m_delimiter; });
    }

private:
    char32_t m_delimiter;
};

using Made = Result<std::unique_ptr<const SplitterStep>>;

Made makeSplit(const JsonPlace &place)
{
    LATHE_ASSIGN(const JsonPlace pattern, place.object("pattern"));
    LATHE_ASSIGN(TextPattern wanted, TextPattern::fromJson(pattern));
    LATHE_ASSIGN(const Behavior behavior, behaviorFromJson(place, "Isolated"));
    LATHE_ASSIGN(const bool invert, place.flag("invert", false));
    return std::make_unique<Split>(std::move(wanted), behavior, invert);
}

Made makeByteLevel(const JsonPlace &place)
{
    LATHE_ASSIGN(const bool prefix, place.flag("add_prefix_space", true));
    LATHE_ASSIGN(const bool cuts, place.flag("use_regex", true));
    std::optional<Expression> expression;
    if (cuts) {
        LATHE_ASSIGN(expression,
                     Expression::compile(ByteLevel::gpt2(), Expression::Origin::Ours, place.file()));
    }
    return std::make_unique<ByteLevel>(prefix, std::move(expression));
}

Made makeMetaspace(const JsonPlace &place)
{
    LATHE_ASSIGN(std::string mark, place.text("replacement", "\u2581"));
    if (mark.empty() || characterAt(mark, 0).length != mark.size())
        return place.bad("has a replacement that is not one character");
    LATHE_ASSIGN(const bool hasPrefix, place.flag("add_prefix_space", true));
    LATHE_ASSIGN(const std::string scheme, place.text("prepend_scheme", hasPrefix ? "always" : "never"));
    LATHE_ASSIGN(const bool splits, place.flag("split", true));
    constexpr std::pair<std::string_view, Metaspace::Prefix> kSchemes[] = {
        {"always", Metaspace::Prefix::Always},
        {"first", Metaspace::Prefix::First},
        {"never", Metaspace::Prefix::Never}};
    for (const auto &[name, prefix] : kSchemes)
        if (name == scheme)
            return std::make_unique<Metaspace>(std::move(mark), prefix, splits);
    return place.unsupported("prepend scheme " + printable(scheme));
}

Made makeDigits(const JsonPlace &place)
{
    LATHE_ASSIGN(const bool each, place.flag("individual_digits", false));
    return std::make_unique<AtCharacters>(isNumber, each ? Behavior::Isolated : Behavior::Contiguous,
                                          each ? R"(\p{N})" : R"(\p{N}+)");
}

Made makePunctuation(const JsonPlace &place)
{
    LATHE_ASSIGN(const Behavior behavior, behaviorFromJson(place, "Isolated"));
    return std::make_unique<AtCharacters>(isPunctuation, behavior,
                                          behavior == Behavior::Contiguous ? R"([\p{P}\$\+<=>\^~\|`]+)" : "");
}

Made makeWhitespace(const JsonPlace &)
{
    return std::make_unique<Whitespace>();
}

Made makeWhitespaceSplit(const JsonPlace &)
{
    return std::make_unique<AtCharacters>(isWhiteSpace, Behavior::Removed);
}

Made makeDelimiter(const JsonPlace &place)
{
    LATHE_ASSIGN(const std::string delimiter, place.text("delimiter"));
    if (delimiter.empty() || characterAt(delimiter, 0).length != delimiter.size())
        return place.bad("has a delimiter that is not one character");
    return std::make_unique<AtDelimiter>(characterAt(delimiter, 0).code);
}

struct Row {
    std::string_view type;
    Made (*make)(const JsonPlace &);
};
constexpr Row kRows[] = {{"Split", makeSplit},
                         {"ByteLevel", makeByteLevel},
                         {"Metaspace", makeMetaspace},
                         {"Digits", makeDigits},
                         {"Punctuation", makePunctuation},
                         {"Whitespace", makeWhitespace},
                         {"WhitespaceSplit", makeWhitespaceSplit},
                         {"CharDelimiterSplit", makeDelimiter}};

} // namespace

Result<SplitterSteps> splittersFromJson(const JsonPlace &place)
{
    return makeSteps<SplitterSteps>(kRows, place, "pretokenizers", "pre-tokenizer");
}

} // namespace lathe
