// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"

#include "core/formats/printable.h"
#include "core/text/special_matcher.h"
#include "core/text/token_model.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

constexpr size_t kTextLimit = size_t(1) << 30;

struct ModelRow {
    std::string_view name;
    Result<std::unique_ptr<TokenModel>> (*create)(const TokenModelInput &);
};
constexpr std::array<ModelRow, 2> kModels = {{{"gpt2", createByteBpe}, {"llama", createSentencePiece}}};

/// Tokens that end a turn in the families that run here. A file names its EOS; many name no end of turn.
constexpr std::array<std::string_view, 14> kEndSpellings = {"<|im_end|>",
                                                            "<|eot_id|>",
                                                            "<|eom_id|>",
                                                            "<|end|>",
                                                            "<|endoftext|>",
                                                            "<end_of_turn>",
                                                            "<|end_of_text|>",
                                                            "<EOT>",
                                                            "<|EOT|>",
                                                            "<|end_of_turn|>",
                                                            "<|return|>",
                                                            "<|END_OF_TURN_TOKEN|>",
                                                            "<｜end▁of▁sentence｜>",
                                                            "<end_of_utterance>"};

bool isWhiteSpace(std::string_view text)
{
    return !text.empty() && text.find_first_not_of(" \t\n\r") == std::string_view::npos;
}

tl::unexpected<Error> bad(const std::string &subject, const std::string &what)
{
    return fail(Errc::BadInput, subject, what, "convert the model again");
}

} // namespace

struct Tokenizer::Data {
    Data(TokenizerSpec s, std::string subject)
        : spec(std::move(s)), file(std::move(subject)), tokens(spec.tokens)
    {
    }
    Data(const Data &) = delete;
    Data &operator=(const Data &) = delete;

    /// A special token in a text.
    struct Match {
        size_t begin, length;
        uint32_t id;
    };

    void buildMatchers();
    void findEnds();
    Result<std::vector<Match>> findSpecials(std::string_view text, std::span<const TextPart> parts,
                                            Special special) const;

    TokenizerSpec spec;
    std::string file;
    TokenMap tokens; ///< of spec.tokens
    std::unique_ptr<TokenModel> model;
    std::string preName;
    bool addBos = false;
    bool addEos = false;
    SpecialMatcher specials;    ///< every special token
    SpecialMatcher whiteSpaces; ///< those that are read in plain text too
    std::vector<uint32_t> ends; ///< sorted
};

void Tokenizer::Data::buildMatchers()
{
    std::vector<SpecialMatcher::Entry> all, white;
    for (uint32_t id = 0; id < spec.tokens.size(); ++id) {
        const TokenType type = tokenType(spec, id);
        const std::string &spelling = spec.tokens[id];
        if (type == TokenType::Control || type == TokenType::Unknown) {
            all.push_back({spelling, id});
        } else if (type == TokenType::UserDefined) {
            const std::string text = model->textOfUserDefined(spelling);
            all.push_back({text, id});
            if (text != spelling)
                all.push_back({spelling, id});
            if (isWhiteSpace(text))
                white.push_back({text, id});
        }
    }
    specials = SpecialMatcher(std::move(all));
    whiteSpaces = SpecialMatcher(std::move(white));
}

void Tokenizer::Data::findEnds()
{
    for (const auto id : {spec.eos, spec.eot, spec.eom})
        if (id)
            ends.push_back(*id);
    for (const std::string_view spelling : kEndSpellings) {
        const auto id = tokens.find(spelling);
        if (id && !isPlainToken(spec, *id))
            ends.push_back(*id);
    }
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
}

Result<Tokenizer> Tokenizer::create(TokenizerSpec spec, std::string subject)
{
    const auto row =
        std::find_if(kModels.begin(), kModels.end(), [&](const ModelRow &r) { return r.name == spec.model; });
    if (spec.model.empty())
        return bad(subject, "tokenizer.ggml.model is missing");
    if (row == kModels.end())
        return fail(Errc::Unsupported, subject, "unsupported: tokenizer model " + printable(spec.model),
                    "use a model with byte-level BPE (gpt2) or SentencePiece (llama)");
    LATHE_TRY(checkTokenizerSpec(spec, subject));
    auto data = std::make_shared<Data>(std::move(spec), std::move(subject));
    if (const auto &twice = data->tokens.duplicate())
        return bad(data->file, "tokenizer.ggml.tokens entry " + std::to_string(twice->second) +
                                   " repeats entry " + std::to_string(twice->first));
    if (data->tokens.isFlooded())
        return bad(data->file, "tokenizer.ggml.tokens fall onto few places of the table");
    LATHE_ASSIGN(data->model, row->create({data->spec, data->tokens, data->file}));
    data->preName = data->spec.pre.empty() ? "default" : data->spec.pre;
    data->addBos = data->spec.addBos.value_or(data->model->addsBosByDefault() && data->spec.bos.has_value());
    data->addEos = data->spec.addEos.value_or(false);
    data->buildMatchers();
    data->findEnds();
    return Tokenizer(std::move(data));
}

Result<std::vector<uint32_t>> Tokenizer::encode(std::string_view text, Special special) const
{
    const TextPart part{text, false};
    return encode(std::span(&part, 1), special);
}

Result<std::vector<Tokenizer::Data::Match>>
Tokenizer::Data::findSpecials(std::string_view text, std::span<const TextPart> parts, Special special) const
{
    std::vector<Match> matches;
    const auto isPlain = [&](const TextPart &part) { return part.plain || special == Special::Plain; };
    for (size_t i = 0, end = 0; i < parts.size();) {
        const bool plain = isPlain(parts[i]);
        const size_t begin = end;
        while (i < parts.size() && isPlain(parts[i]) == plain)
            end += parts[i++].text.size();
        const SpecialMatcher &matcher = plain ? whiteSpaces : specials;
        const auto add = [&](size_t at, size_t length, uint32_t id) {
            matches.push_back({begin + at, length, id});
        };
        if (!matcher.scan(text.substr(begin, end - begin), add))
            return fail(Errc::BadInput, file, "has special tokens that cannot be told apart in this text",
                        "take another model, or a shorter text");
    }
    return matches;
}

Result<std::vector<uint32_t>> Tokenizer::encode(std::span<const TextPart> parts, Special special) const
{
    size_t total = 0;
    for (const TextPart &part : parts) {
        if (part.text.size() > kTextLimit - total)
            return fail(Errc::BadInput, "text", "it is longer than 1 GiB", "split it");
        total += part.text.size();
    }
    std::string joined;
    if (parts.size() != 1)
        for (const TextPart &part : parts)
            joined += part.text;
    const std::string_view text = parts.size() == 1 ? parts[0].text : std::string_view(joined);

    std::vector<uint32_t> ids;
    if (special == Special::Add && m_data->addBos)
        ids.push_back(*m_data->spec.bos);
    size_t done = 0;
    LATHE_ASSIGN(const std::vector<Data::Match> matches, m_data->findSpecials(text, parts, special));
    for (const Data::Match &match : matches) {
        if (match.begin > done)
            LATHE_TRY(m_data->model->encode(text.substr(done, match.begin - done), ids));
        ids.push_back(match.id);
        done = match.begin + match.length;
    }
    if (done < text.size())
        LATHE_TRY(m_data->model->encode(text.substr(done), ids));
    if (special == Special::Add && m_data->addEos)
        ids.push_back(*m_data->spec.eos);
    return ids;
}

std::string Tokenizer::decode(std::span<const uint32_t> ids, DecodeOptions options) const
{
    std::string text;
    for (const uint32_t id : ids)
        if (contains(id) && !(options.skipSpecial && isSpecial(id)))
            text += piece(id);
    if (addsSpacePrefix() && text.starts_with(' '))
        text.erase(0, 1);
    return text;
}

std::string Tokenizer::piece(uint32_t id) const
{
    if (!contains(id))
        return {};
    return isSpecial(id) ? m_data->spec.tokens[id] : m_data->model->bytesOf(id);
}

uint32_t Tokenizer::size() const
{
    return uint32_t(m_data->spec.tokens.size());
}

std::string_view Tokenizer::spelling(uint32_t id) const
{
    return contains(id) ? std::string_view(m_data->spec.tokens[id]) : std::string_view();
}

std::optional<uint32_t> Tokenizer::idOf(std::string_view spelling) const
{
    return m_data->tokens.find(spelling);
}

TokenType Tokenizer::type(uint32_t id) const
{
    return contains(id) ? tokenType(m_data->spec, id) : TokenType::Unused;
}

bool Tokenizer::isSpecial(uint32_t id) const
{
    const TokenType t = type(id);
    return t == TokenType::Control || t == TokenType::Unknown;
}

bool Tokenizer::isEndOfGeneration(uint32_t id) const
{
    return std::binary_search(m_data->ends.begin(), m_data->ends.end(), id);
}

std::optional<uint32_t> Tokenizer::bos() const
{
    return m_data->spec.bos;
}
std::optional<uint32_t> Tokenizer::eos() const
{
    return m_data->spec.eos;
}
std::optional<uint32_t> Tokenizer::unk() const
{
    return m_data->spec.unk;
}
std::optional<uint32_t> Tokenizer::pad() const
{
    return m_data->spec.pad;
}
bool Tokenizer::addsBos() const
{
    return m_data->addBos;
}
bool Tokenizer::addsEos() const
{
    return m_data->addEos;
}
bool Tokenizer::addsSpacePrefix() const
{
    return m_data->model->addsSpacePrefix();
}
const std::string &Tokenizer::modelName() const
{
    return m_data->spec.model;
}
const std::string &Tokenizer::preTokenizerName() const
{
    return m_data->preName;
}

} // namespace lathe
