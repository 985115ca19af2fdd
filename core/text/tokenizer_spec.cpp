// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer_spec.h"

#include <utility>

namespace lathe {

namespace {

tl::unexpected<Error> bad(const std::string &subject, const std::string &what)
{
    return fail(Errc::BadInput, subject, what, "convert the model again");
}

Result<> checkLists(const TokenizerSpec &spec, const std::string &subject)
{
    const size_t count = spec.tokens.size();
    if (count == 0)
        return bad(subject, "tokenizer.ggml.tokens is missing or empty");
    if (count > kTokenLimit)
        return bad(subject, "tokenizer.ggml.tokens has " + std::to_string(count) + " entries, the limit is " +
                                std::to_string(kTokenLimit));
    for (size_t id = 0; id < count; ++id)
        if (spec.tokens[id].size() > kTokenBytesLimit)
            return bad(subject, "tokenizer.ggml.tokens entry " + std::to_string(id) + " has " +
                                    std::to_string(spec.tokens[id].size()) + " bytes, the limit is " +
                                    std::to_string(kTokenBytesLimit));
    const auto checkLength = [&](const char *key, size_t length) -> Result<> {
        if (length == 0 || length == count)
            return {};
        return bad(subject, std::string("tokenizer.ggml.") + key + " has " + std::to_string(length) +
                                " entries for " + std::to_string(count) + " tokens");
    };
    LATHE_TRY(checkLength("scores", spec.scores.size()));
    LATHE_TRY(checkLength("token_type", spec.types.size()));
    for (size_t id = 0; id < spec.types.size(); ++id)
        if (spec.types[id] < int32_t(TokenType::Normal) || spec.types[id] > int32_t(TokenType::Byte))
            return bad(subject, "tokenizer.ggml.token_type entry " + std::to_string(id) + " is " +
                                    std::to_string(spec.types[id]) + ", not 1 to 6");
    return {};
}

Result<> checkIds(const TokenizerSpec &spec, const std::string &subject)
{
    const std::pair<const char *, std::optional<uint32_t>> ids[] = {
        {"bos", spec.bos}, {"eos", spec.eos},     {"eot", spec.eot},
        {"eom", spec.eom}, {"unknown", spec.unk}, {"padding", spec.pad}};
    for (const auto &[name, id] : ids)
        if (id && *id >= spec.tokens.size())
            return bad(subject, std::string("tokenizer.ggml.") + name + "_token_id is " +
                                    std::to_string(*id) + ", the vocabulary has " +
                                    std::to_string(spec.tokens.size()) + " tokens");
    if (spec.addBos.value_or(false) && !spec.bos)
        return bad(subject, "tokenizer.ggml.add_bos_token is set, but bos_token_id is missing");
    if (spec.addEos.value_or(false) && !spec.eos)
        return bad(subject, "tokenizer.ggml.add_eos_token is set, but eos_token_id is missing");
    return {};
}

} // namespace

Result<> checkTokenizerSpec(const TokenizerSpec &spec, const std::string &subject)
{
    LATHE_TRY(checkLists(spec, subject));
    return checkIds(spec, subject);
}

} // namespace lathe
