// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_file.h"

#include "core/formats/printable.h"
#include "core/model/config_gguf.h"
#include "core/text/tokenizer_gguf.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

Result<std::shared_ptr<const Tokenizer>> readTokenizer(const GgufFile &gguf)
{
    LATHE_ASSIGN(Tokenizer tokenizer, tokenizerFromGguf(gguf));
    return std::make_shared<const Tokenizer>(std::move(tokenizer));
}

Result<std::shared_ptr<const ChatTemplate>> readTemplate(const GgufFile &gguf)
{
    LATHE_ASSIGN(const std::string_view source, gguf.getString("tokenizer.chat_template", ""));
    if (source.empty())
        return fail(Errc::NotFound, gguf.name(), "has no chat template", "give one with --template");
    LATHE_ASSIGN(ChatTemplate parsed, ChatTemplate::parse(std::string(source), gguf.name()));
    return std::make_shared<const ChatTemplate>(std::move(parsed));
}

} // namespace

Result<std::shared_ptr<const ModelFile>> ModelFile::open(const std::filesystem::path &path, Need need)
{
    LATHE_ASSIGN(GgufFile gguf, GgufFile::open(path));
    return create(std::move(gguf), path, need);
}

Result<std::shared_ptr<const ModelFile>> ModelFile::parse(std::span<const std::byte> bytes, std::string name,
                                                          Need need)
{
    LATHE_ASSIGN(GgufFile gguf, GgufFile::parse(bytes, name));
    return create(std::move(gguf), std::move(name), need);
}

Result<std::shared_ptr<const ModelFile>> ModelFile::create(GgufFile gguf, std::filesystem::path path,
                                                           Need need)
{
    const std::shared_ptr<ModelFile> model(new ModelFile(std::move(gguf)));
    model->m_path = std::move(path);
    model->m_fileBytes = model->m_gguf.bytes().size();
    if (need == Need::Everything) {
        LATHE_ASSIGN(GgufModel read, readGgufModel(model->m_gguf));
        model->m_config = std::move(read.config);
        model->m_weights = std::move(read.weights);
    }
    LATHE_ASSIGN(const std::string_view name, model->m_gguf.getString("general.name", ""));
    model->m_config.name = printable(name.empty() ? model->m_path.stem().string() : std::string(name), 200);
    for (const GgufTensor &tensor : model->m_gguf.tensors())
        model->m_parameters += tensor.rows * tensor.cols;
    model->m_tokenizer = readTokenizer(model->m_gguf);
    model->m_template = readTemplate(model->m_gguf);
    if (model->m_tokenizer && need == Need::Everything &&
        (*model->m_tokenizer)->size() > model->m_config.vocabulary)
        model->m_tokenizer =
            fail(Errc::BadInput, model->m_gguf.name(),
                 "the tokenizer has " + std::to_string((*model->m_tokenizer)->size()) +
                     " tokens, the embedding " + std::to_string(model->m_config.vocabulary) + " rows",
                 "get the file again");
    return std::shared_ptr<const ModelFile>(model);
}

std::string_view ModelFile::quantization() const
{
    std::array<uint64_t, size_t(DType::Count)> bytes{};
    for (uint32_t i = 0; i < m_weights.count(); ++i) {
        const WeightTable::Entry &entry = m_weights.entry(i);
        if (!entry.source.vector && entry.role != Role::Embedding)
            bytes[size_t(entry.source.type)] += entry.source.bytes();
    }
    return dtypeInfo(DType(std::max_element(bytes.begin(), bytes.end()) - bytes.begin())).name;
}

Result<Sha256> ModelFile::sha256(const TaskContext &task) const
{
    const std::lock_guard lock(m_hashMutex);
    if (!m_sha256) {
        LATHE_ASSIGN(m_sha256, lathe::sha256(m_gguf.bytes(), task));
    }
    return *m_sha256;
}

} // namespace lathe
