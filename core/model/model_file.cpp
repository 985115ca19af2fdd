// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_file.h"

#include "core/formats/printable.h"

#include <algorithm>
#include <map>

namespace lathe {

namespace {

constexpr size_t kMaxNameBytes = 200; ///< of a model's name, which is shown

} // namespace

Result<std::shared_ptr<const ModelFile>> ModelFile::open(const std::filesystem::path &path, Need need)
{
    LATHE_ASSIGN(auto source, openModelSource(path, need));
    return create(std::move(source), path, need);
}

Result<std::shared_ptr<const ModelFile>> ModelFile::parse(std::span<const std::byte> bytes, std::string name,
                                                          Need need)
{
    LATHE_ASSIGN(auto source, parseModelSource(bytes, name));
    return create(std::move(source), std::move(name), need);
}

Result<std::shared_ptr<const ModelFile>> ModelFile::create(std::unique_ptr<ModelSource> source,
                                                           std::filesystem::path path, Need need)
{
    const std::shared_ptr<ModelFile> model(new ModelFile(std::move(source)));
    model->m_path = std::move(path);
    for (const std::span<const std::byte> file : model->m_source->files())
        model->m_fileBytes += file.size();
    // Whoever asks for everything hears what is missing.
    if (need == Need::Everything || (need == Need::Description && model->m_source->hasConfig()))
        LATHE_TRY(model->readModel());
    for (const ModelTensor &tensor : model->m_source->tensors())
        model->m_parameters += tensor.elements();
    LATHE_ASSIGN(const std::string name, model->m_source->name());
    model->m_config.name = printable(name.empty() ? model->m_path.stem().string() : name, kMaxNameBytes);
    model->readText();
    return std::shared_ptr<const ModelFile>(model);
}

Result<> ModelFile::readModel()
{
    LATHE_ASSIGN(ModelParts parts, m_source->read());
    m_config = std::move(parts.config);
    m_weights = std::move(parts.weights);
    m_hasConfig = true;
    if (!m_source->hasWeights()) {
        for (uint32_t i = 0; i < m_weights.count(); ++i)
            m_parameters += uint64_t(m_weights.entry(i).source.rows) * m_weights.entry(i).source.cols;
    }
    return {};
}

void ModelFile::readText()
{
    if (auto tokenizer = m_source->tokenizer())
        m_tokenizer = std::make_shared<const Tokenizer>(std::move(*tokenizer));
    else
        m_tokenizer = tl::unexpected(std::move(tokenizer.error()));
    if (m_tokenizer && m_hasConfig && (*m_tokenizer)->size() > m_config.vocabulary)
        m_tokenizer = fail(Errc::BadInput, m_path.string(),
                           "the tokenizer has " + std::to_string((*m_tokenizer)->size()) +
                               " tokens, the embedding " + std::to_string(m_config.vocabulary) + " rows",
                           "get the model again");
    auto source = m_source->chatTemplate();
    auto parsed = source ? ChatTemplate::parse(std::move(*source), m_path.string())
                         : Result<ChatTemplate>(tl::unexpected(std::move(source.error())));
    if (parsed)
        m_template = std::make_shared<const ChatTemplate>(std::move(*parsed));
    else
        m_template = tl::unexpected(std::move(parsed.error()));
    m_generation = m_source->generation();
}

std::string_view ModelFile::quantization() const
{
    std::map<std::string_view, uint64_t> bytes;
    for (uint32_t i = 0; i < m_weights.count(); ++i) {
        const WeightTable::Entry &entry = m_weights.entry(i);
        if (!entry.source.vector && entry.role != Role::Embedding)
            bytes[entry.source.shownType()] += entry.source.bytes();
    }
    const auto most = std::ranges::max_element(bytes, {}, [](const auto &entry) { return entry.second; });
    return most == bytes.end() ? dtypeInfo(DType::F32).name : most->first;
}

Result<Sha256> ModelFile::sha256(const TaskContext &task) const
{
    const std::lock_guard lock(m_hashMutex);
    if (!m_sha256) {
        LATHE_ASSIGN(m_sha256, lathe::sha256(m_source->files(), task));
    }
    return *m_sha256;
}

} // namespace lathe
