// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pipeline/normalizers.h"

#include "core/base/base64.h"
#include "core/formats/printable.h"
#include "core/text/byte_alphabet.h"
#include "core/text/characters.h"
#include "core/text/pipeline/charsmap.h"
#include "core/text/pipeline/text_pattern.h"

#include <algorithm>
#include <utf8proc.h>

namespace lathe {

namespace {

tl::unexpected<Error> tooLong()
{
    return fail(Errc::BadInput, "text", "the tokenizer's normalizer makes it too long", "split the text");
}

/// NFC, NFD, NFKC, NFKD (Unicode Standard Annex 15).
class UnicodeForm final : public NormalizerStep
{
public:
    explicit UnicodeForm(int options) : m_options(UTF8PROC_STABLE | options) {}

    Result<> apply(std::string &text, SectionPlace, size_t limitBytes) const override
    {
        const auto isAscii = [](char c) { return uint8_t(c) < 0x80; };
        if (std::all_of(text.begin(), text.end(), isAscii))
            return {};
        std::string out;
        for (auto at = text.begin(); at != text.end();) {
            // ASCII stays, but for a character that a mark follows: it goes with the stretch after it.
            auto special = std::find_if_not(at, text.end(), isAscii);
            if (special != text.end() && special != at)
                --special;
            out.append(at, special);
            if (special == text.end())
                break;
            at = std::find_if(special + 1, text.end(), isAscii);
            LATHE_TRY(append(std::string_view(special, at), out));
            if (out.size() > limitBytes)
                return tooLong();
        }
        text = std::move(out);
        return {};
    }

private:
    Result<> append(std::string_view stretch, std::string &out) const
    {
        utf8proc_uint8_t *mapped = nullptr;
        const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t *>(stretch.data()),
                                         utf8proc_ssize_t(stretch.size()), &mapped,
                                         static_cast<utf8proc_option_t>(m_options));
        const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
        if (length < 0)
            return fail(Errc::BadInput, "text",
                        std::string("it cannot be normalized: ") + utf8proc_errmsg(length), "split the text");
        out.append(reinterpret_cast<const char *>(mapped), size_t(length));
        return {};
    }

    int m_options;
};

/// Each character on its own, as `change` appends it.
class CharacterMap final : public NormalizerStep
{
public:
    using Change = void (*)(std::string &out, char32_t code);
    explicit CharacterMap(Change change, bool spellsBytes = false)
        : m_change(change), m_spellsBytes(spellsBytes)
    {
    }

    Result<> apply(std::string &text, SectionPlace, size_t limitBytes) const override
    {
        std::string out;
        out.reserve(text.size());
        for (size_t at = 0; at < text.size();) {
            const Character c = characterAt(text, at);
            m_change(out, c.code);
            at += c.length;
            if (out.size() > limitBytes)
                return tooLong();
        }
        text = std::move(out);
        return {};
    }
    bool spellsBytes() const override { return m_spellsBytes; }

private:
    Change m_change;
    bool m_spellsBytes;
};

void lower(std::string &out, char32_t code)
{
    if (code == 0x130) // the one character whose small form is two
        out += "i\u0307";
    else
        appendCharacter(out, char32_t(utf8proc_tolower(utf8proc_int32_t(code))));
}

void dropMark(std::string &out, char32_t code)
{
    if (!isMark(code))
        appendCharacter(out, code);
}

void spellByte(std::string &out, char32_t code)
{
    std::string bytes;
    appendCharacter(bytes, code);
    for (const char byte : bytes)
        out += byteToAlphabet(uint8_t(byte));
}

/// SentencePiece's nmt rules: controls go, unusual spaces become a space.
void cleanNmt(std::string &out, char32_t c)
{
    const bool isDropped =
        (c >= 1 && c <= 8) || c == 0xB || (c >= 0xE && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F;
    const bool isSpace = c == 9 || c == 0xA || c == 0xC || c == 0xD || c == 0x1680 ||
                         (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 ||
                         c == 0xFEFF || c == 0xFFFD;
    if (isSpace)
        out += ' ';
    else if (!isDropped)
        appendCharacter(out, c);
}

class Replace final : public NormalizerStep
{
public:
    Replace(TextPattern pattern, std::string content)
        : m_pattern(std::move(pattern)), m_content(std::move(content))
    {
    }

    Result<> apply(std::string &text, SectionPlace, size_t limitBytes) const override
    {
        std::string out;
        size_t done = 0;
        PatternRun run(m_pattern);
        LATHE_TRY(run.search(text, [&](size_t begin, size_t end) {
            if (out.size() > limitBytes)
                return;
            out.append(text, done, begin - done).append(m_content);
            done = end;
        }));
        out.append(text, done);
        text = std::move(out);
        return text.size() > limitBytes ? Result<>(tooLong()) : Result<>();
    }

private:
    TextPattern m_pattern;
    std::string m_content;
};

class Prepend final : public NormalizerStep
{
public:
    explicit Prepend(std::string content) : m_content(std::move(content)) {}

    Result<> apply(std::string &text, SectionPlace place, size_t limitBytes) const override
    {
        if (!text.empty() && !place.continues)
            text.insert(0, m_content);
        return text.size() > limitBytes ? Result<>(tooLong()) : Result<>();
    }
    std::string prefix() const override { return m_content; }

private:
    std::string m_content;
};

class StripSpace final : public NormalizerStep
{
public:
    StripSpace(bool left, bool right) : m_left(left), m_right(right) {}

    Result<> apply(std::string &text, SectionPlace place, size_t) const override
    {
        if (m_right)
            text.resize(text.size() - trailingSpace(text));
        if (m_left && !place.continues)
            text.erase(0, leadingSpace(text));
        return {};
    }

private:
    bool m_left, m_right;
};

/// SentencePiece's own rules, as PyPI's tokenizers applies them: a short cluster of characters (Unicode
/// Standard Annex 29) as a whole, where a rule fits its beginning, else each of its characters.
class Precompiled final : public NormalizerStep
{
public:
    explicit Precompiled(Charsmap map) : m_map(std::move(map)) {}

    Result<> apply(std::string &text, SectionPlace, size_t limitBytes) const override
    {
        std::string out;
        out.reserve(text.size());
        for (size_t at = 0; at < text.size();) {
            const std::string_view cluster = clusterAt(text, at);
            append(cluster, out);
            at += cluster.size();
            if (out.size() > limitBytes)
                return tooLong();
        }
        text = std::move(out);
        return {};
    }

private:
    static constexpr size_t kShort = 6; // bytes

    static std::string_view clusterAt(std::string_view text, size_t begin)
    {
        Character c = characterAt(text, begin);
        size_t end = begin + c.length;
        utf8proc_int32_t state = 0;
        while (end < text.size()) {
            const Character next = characterAt(text, end);
            if (utf8proc_grapheme_break_stateful(utf8proc_int32_t(c.code), utf8proc_int32_t(next.code),
                                                 &state))
                break;
            c = next;
            end += c.length;
        }
        return text.substr(begin, end - begin);
    }

    void append(std::string_view cluster, std::string &out) const
    {
        if (cluster.size() < kShort) {
            if (const auto whole = m_map.find(cluster)) {
                out += *whole;
                return;
            }
        }
        for (size_t at = 0; at < cluster.size();) {
            const std::string_view one = cluster.substr(at, characterAt(cluster, at).length);
            out += m_map.find(one).value_or(one);
            at += one.size();
        }
    }

    Charsmap m_map;
};

using Made = Result<std::unique_ptr<const NormalizerStep>>;

Made makePrecompiled(const JsonPlace &place)
{
    LATHE_ASSIGN(const std::string text, place.text("precompiled_charsmap"));
    const auto bytes = decodeBase64(text);
    if (!bytes)
        return place.bad("has a precompiled_charsmap that is no base64");
    auto map = Charsmap::parse(*bytes);
    if (!map)
        return place.bad("has a precompiled_charsmap that " + map.error().what);
    return std::make_unique<Precompiled>(std::move(*map));
}

Made makeReplace(const JsonPlace &place)
{
    LATHE_ASSIGN(const JsonPlace pattern, place.object("pattern"));
    LATHE_ASSIGN(TextPattern wanted, TextPattern::fromJson(pattern));
    if (wanted.source().empty())
        return pattern.bad("is empty");
    LATHE_ASSIGN(std::string content, place.text("content"));
    return std::make_unique<Replace>(std::move(wanted), std::move(content));
}

Made makePrepend(const JsonPlace &place)
{
    LATHE_ASSIGN(std::string content, place.text("prepend"));
    return std::make_unique<Prepend>(std::move(content));
}

Made makeStrip(const JsonPlace &place)
{
    LATHE_ASSIGN(const bool left, place.flag("strip_left", true));
    LATHE_ASSIGN(const bool right, place.flag("strip_right", true));
    return std::make_unique<StripSpace>(left, right);
}

template <int Options> Made makeForm(const JsonPlace &)
{
    return std::make_unique<UnicodeForm>(Options);
}
template <CharacterMap::Change Change, bool SpellsBytes = false> Made makeMap(const JsonPlace &)
{
    return std::make_unique<CharacterMap>(Change, SpellsBytes);
}

struct Row {
    std::string_view type;
    Made (*make)(const JsonPlace &);
};
constexpr int kCompatible = UTF8PROC_COMPAT;
constexpr Row kRows[] = {{"NFC", makeForm<UTF8PROC_COMPOSE>},
                         {"NFD", makeForm<UTF8PROC_DECOMPOSE>},
                         {"NFKC", makeForm<UTF8PROC_COMPOSE | kCompatible>},
                         {"NFKD", makeForm<UTF8PROC_DECOMPOSE | kCompatible>},
                         {"Lowercase", makeMap<lower>},
                         {"StripAccents", makeMap<dropMark>},
                         {"Nmt", makeMap<cleanNmt>},
                         {"ByteLevel", makeMap<spellByte, true>},
                         {"Replace", makeReplace},
                         {"Precompiled", makePrecompiled},
                         {"Prepend", makePrepend},
                         {"Strip", makeStrip}};

} // namespace

Result<NormalizerSteps> normalizersFromJson(const JsonPlace &place)
{
    return makeSteps<NormalizerSteps>(kRows, place, "normalizers", "normalizer");
}

} // namespace lathe
