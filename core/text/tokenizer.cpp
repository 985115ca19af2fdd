// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"

#include "core/formats/printable.h"
#include "core/text/pipeline/text_pipeline.h"
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
    void buildMatchersFromAdded();
    void findEnds();
    Result<std::vector<Match>> findSpecials(std::string_view text, std::span<const TextPart> parts,
                                            Special special) const;
    Result<> encodeSection(std::string_view text, size_t begin, size_t end, std::span<const TextPart> parts,
                           Special special, std::vector<uint32_t> &ids) const;
    std::string decodeByPipeline(std::span<const uint32_t> ids, DecodeOptions options) const;

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

void Tokenizer::Data::buildMatchersFromAdded()
{
    std::vector<SpecialMatcher::Entry> all, white;
    for (const AddedToken &added : spec.added) {
        if (added.normalized && model->readsNormalizedSpellings())
            continue; // the model finds it
        const SpecialMatcher::Entry entry{added.content, added.id, added.singleWord, added.lstrip,
                                          added.rstrip};
        all.push_back(entry);
        if (!added.special && isWhiteSpace(added.content))
            white.push_back(entry);
    }
    specials = SpecialMatcher(std::move(all));
    whiteSpaces = SpecialMatcher(std::move(white));
}

void Tokenizer::Data::findEnds()
{
    ends = spec.ends;
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
    if (row == kModels.end() && !spec.pipeline)
        return fail(Errc::Unsupported, subject, "unsupported: tokenizer model " + printable(spec.model),
                    "use a model with byte-level BPE (gpt2) or SentencePiece (llama)");
    LATHE_TRY(checkTokenizerSpec(spec, subject));
    auto data = std::make_shared<Data>(std::move(spec), std::move(subject));
    if (const auto &twice = data->tokens.duplicate())
        return bad(data->file, "tokenizer.ggml.tokens entry " + std::to_string(twice->second) +
                                   " repeats entry " + std::to_string(twice->first));
    if (data->tokens.isFlooded())
        return bad(data->file, "tokenizer.ggml.tokens fall onto few places of the table");
    const auto create = data->spec.pipeline ? createPipelineModel : row->create;
    LATHE_ASSIGN(data->model, create({data->spec, data->tokens, data->file}));
    data->preName = data->spec.pre.empty() ? "default" : data->spec.pre;
    data->addBos = data->spec.addBos.value_or(data->model->addsBosByDefault() && data->spec.bos.has_value());
    data->addEos = data->spec.addEos.value_or(false);
    if (data->spec.pipeline)
        data->buildMatchersFromAdded();
    else
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
    const TokenizerSpec &spec = m_data->spec;
    if (special == Special::Add && spec.pipeline)
        ids = spec.prefix;
    else if (special == Special::Add && m_data->addBos)
        ids.push_back(*spec.bos);
    size_t done = 0;
    LATHE_ASSIGN(const std::vector<Data::Match> matches, m_data->findSpecials(text, parts, special));
    for (const Data::Match &match : matches) {
        LATHE_TRY(m_data->encodeSection(text, done, match.begin, parts, special, ids));
        ids.push_back(match.id);
        done = match.begin + match.length;
    }
    LATHE_TRY(m_data->encodeSection(text, done, text.size(), parts, special, ids));
    if (special == Special::Add && spec.pipeline)
        ids.insert(ids.end(), spec.suffix.begin(), spec.suffix.end());
    else if (special == Special::Add && m_data->addEos)
        ids.push_back(*spec.eos);
    return ids;
}

/// The text between two special tokens. Where the model reads spellings in normalized text, plain parts are
/// sections of their own.
Result<> Tokenizer::Data::encodeSection(std::string_view text, size_t begin, size_t end,
                                        std::span<const TextPart> parts, Special special,
                                        std::vector<uint32_t> &ids) const
{
    if (begin >= end)
        return {};
    const bool reads = special != Special::Plain;
    if (!reads || !model->readsNormalizedSpellings())
        return model->encode(text.substr(begin, end - begin), {begin == 0, false}, ids);
    for (size_t i = 0, partEnd = 0; i < parts.size();) {
        const bool plain = parts[i].plain;
        const size_t from = std::max(begin, partEnd);
        while (i < parts.size() && parts[i].plain == plain)
            partEnd += parts[i++].text.size();
        const size_t to = std::min(end, partEnd);
        if (from < to)
            LATHE_TRY(model->encode(text.substr(from, to - from), {from == 0, !plain}, ids));
    }
    return {};
}

std::string Tokenizer::Data::decodeByPipeline(std::span<const uint32_t> ids, DecodeOptions options) const
{
    std::vector<DecodedToken> shown;
    for (const uint32_t id : ids) {
        if (id >= spec.tokens.size())
            continue;
        const TokenType type = tokenType(spec, id);
        const bool isSpecial = type == TokenType::Control || type == TokenType::Unknown;
        if (!(options.skipSpecial && isSpecial))
            shown.push_back({spec.tokens[id], isSpecial || type == TokenType::UserDefined});
    }
    return spec.pipeline->decode(std::move(shown), false);
}

std::string Tokenizer::decode(std::span<const uint32_t> ids, DecodeOptions options) const
{
    if (m_data->spec.pipeline)
        return m_data->decodeByPipeline(ids, options);
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
