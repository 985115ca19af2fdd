// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pipeline/decoders.h"

#include "core/formats/printable.h"
#include "core/text/byte_alphabet.h"
#include "core/text/characters.h"
#include "core/text/pipeline/text_pattern.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace lathe {

namespace {

class ByteLevelDecoder final : public DecoderStep
{
public:
    Result<> apply(std::vector<DecodedToken> &tokens, bool) const override
    {
        for (DecodedToken &token : tokens)
            if (!token.isAdded)
                token.text = alphabetToBytes(token.text).value_or(token.text);
        return {};
    }
};

class ByteFallbackDecoder final : public DecoderStep
{
public:
    Result<> apply(std::vector<DecodedToken> &tokens, bool) const override
    {
        for (DecodedToken &token : tokens)
            if (const auto byte = token.isAdded ? std::nullopt : spelledByte(token.text))
                token.text.assign(1, char(*byte));
        return {};
    }
};

class ReplaceDecoder final : public DecoderStep
{
public:
    ReplaceDecoder(TextPattern pattern, std::string content)
        : m_pattern(std::move(pattern)), m_content(std::move(content))
    {
    }

    Result<> apply(std::vector<DecodedToken> &tokens, bool) const override
    {
        PatternRun run(m_pattern);
        for (DecodedToken &token : tokens) {
            if (!m_pattern.literal() && utf8RunLength(token.text, true) < token.text.size())
                continue; // bytes already: an expression reads characters
            std::string out;
            size_t done = 0;
            LATHE_TRY(run.search(token.text, [&](size_t begin, size_t end) {
                out.append(token.text, done, begin - done).append(m_content);
                done = end;
            }));
            out.append(token.text, done);
            token.text = std::move(out);
        }
        return {};
    }

private:
    TextPattern m_pattern;
    std::string m_content;
};

class FuseDecoder final : public DecoderStep
{
public:
    Result<> apply(std::vector<DecodedToken> &tokens, bool) const override
    {
        std::string all;
        for (const DecodedToken &token : tokens)
            all += token.text;
        tokens.assign(1, {std::move(all), false});
        return {};
    }
};

/// Takes up to `start` and `stop` times the content off the begin and end of each token.
class StripDecoder final : public DecoderStep
{
public:
    StripDecoder(std::string content, uint64_t start, uint64_t stop, bool ofText)
        : m_content(std::move(content)), m_start(start), m_stop(stop), m_ofText(ofText)
    {
    }

    Result<> apply(std::vector<DecodedToken> &tokens, bool running) const override
    {
        if (running && m_ofText)
            return {};
        for (DecodedToken &token : tokens) {
            std::string_view rest = token.text;
            for (uint64_t n = 0; n < m_start && rest.starts_with(m_content); ++n)
                rest.remove_prefix(m_content.size());
            for (uint64_t n = 0; n < m_stop && rest.ends_with(m_content); ++n)
                rest.remove_suffix(m_content.size());
            token.text = std::string(rest);
        }
        return {};
    }

private:
    std::string m_content;
    uint64_t m_start, m_stop;
    bool m_ofText; ///< the tokens have been joined
};

/// Each mark is a space; the first token of a text loses its marks where the encoder puts one there.
class MetaspaceDecoder final : public DecoderStep
{
public:
    MetaspaceDecoder(std::string mark, bool hasPrefix) : m_mark(std::move(mark)), m_hasPrefix(hasPrefix) {}

    Result<> apply(std::vector<DecodedToken> &tokens, bool running) const override
    {
        for (size_t i = 0; i < tokens.size(); ++i) {
            const bool drops = i == 0 && m_hasPrefix && !running;
            const std::string_view text = tokens[i].text;
            std::string out;
            size_t done = 0;
            for (size_t at = text.find(m_mark); at != std::string::npos; at = text.find(m_mark, done)) {
                out.append(text.substr(done, at - done)).append(drops ? "" : " ");
                done = at + m_mark.size();
            }
            tokens[i].text = out.append(text.substr(done));
        }
        return {};
    }

private:
    std::string m_mark;
    bool m_hasPrefix;
};

using Made = Result<std::unique_ptr<const DecoderStep>>;

/// A step's JSON and what stands before it.
struct Context {
    const JsonPlace &place;
    bool fused;
};

Made makeReplace(const Context &context)
{
    LATHE_ASSIGN(const JsonPlace pattern, context.place.object("pattern"));
    LATHE_ASSIGN(TextPattern wanted, TextPattern::fromJson(pattern));
    LATHE_ASSIGN(std::string content, context.place.text("content"));
    return std::make_unique<ReplaceDecoder>(std::move(wanted), std::move(content));
}

Made makeStrip(const Context &context)
{
    LATHE_ASSIGN(std::string content, context.place.text("content"));
    if (content.empty() || characterAt(content, 0).length != content.size())
        return context.place.bad("has a content that is not one character");
    LATHE_ASSIGN(const uint64_t start, context.place.count("start"));
    LATHE_ASSIGN(const uint64_t stop, context.place.count("stop"));
    return std::make_unique<StripDecoder>(std::move(content), start, stop, context.fused);
}

Made makeMetaspace(const Context &context)
{
    LATHE_ASSIGN(std::string mark, context.place.text("replacement", "\u2581"));
    if (mark.empty())
        return context.place.bad("has an empty replacement");
    LATHE_ASSIGN(const bool hasPrefix, context.place.flag("add_prefix_space", true));
    LATHE_ASSIGN(const std::string scheme,
                 context.place.text("prepend_scheme", hasPrefix ? "always" : "never"));
    return std::make_unique<MetaspaceDecoder>(std::move(mark), scheme != "never");
}

template <class Step> Made makePlain(const Context &)
{
    return std::make_unique<Step>();
}

struct Row {
    std::string_view type;
    Made (*make)(const Context &);
};
constexpr Row kRows[] = {{"ByteLevel", makePlain<ByteLevelDecoder>},
                         {"ByteFallback", makePlain<ByteFallbackDecoder>},
                         {"Fuse", makePlain<FuseDecoder>},
                         {"Replace", makeReplace},
                         {"Strip", makeStrip},
                         {"Metaspace", makeMetaspace}};

} // namespace

Result<DecoderSteps> decodersFromJson(const JsonPlace &place)
{
    bool fused = false;
    return makeSteps<DecoderSteps>(kRows, place, "decoders", "decoder",
                                   [&fused](const Row &row, const JsonStep &step) {
                                       Made made = row.make({step.place, fused});
                                       fused |= step.type == "Fuse";
                                       return made;
                                   });
}

} // namespace lathe
