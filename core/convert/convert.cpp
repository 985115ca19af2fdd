// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/convert.h"

#include "core/convert/folder_tensors.h"
#include "core/convert/folder_text.h"
#include "core/convert/general_keys.h"
#include "core/convert/gguf_settings.h"
#include "core/convert/gguf_tensors.h"
#include "core/convert/gguf_text.h"
#include "core/convert/kept.h"
#include "core/convert/model_card.h"
#include "core/convert/same_model.h"
#include "core/convert/staging.h"
#include "core/formats/printable.h"
#include "core/model/weights_hf.h"

#include <algorithm>
#include <map>

namespace lathe {

namespace {

namespace fs = std::filesystem;

class ModelWriter
{
public:
    ModelWriter(ConvertInput input, const WriteOptions &options, const TaskContext &task)
        : m_input(input), m_options(options), m_task(task),
          m_losses(input.model.path().string(), options.allowedLosses), m_card{options.program,
                                                                               options.changes}
    {
    }

    Result<Written> write(const fs::path &out)
    {
        LATHE_TRY(checkTarget(out, m_input.model.path(), !m_input.toGguf, m_options.overwrite));
        LATHE_ASSIGN(Staging staging, Staging::create(out));
        auto written = m_input.toGguf ? writeGguf(staging) : writeFolder(staging);
        if (!written)
            return tl::unexpected(staging.named(std::move(written.error())));
        if (m_input.toGguf)
            LATHE_TRY(staging.commitFile(m_options.overwrite));
        else
            LATHE_TRY(staging.commitFolder(m_options.overwrite));
        return Written{*written, m_losses.met()};
    }

private:
    /// What is written is counted and can be cancelled.
    ProduceBytes watched(ProduceBytes produce)
    {
        return [this, produce = std::move(produce)](const AppendBytes &append) -> Result<> {
            LATHE_TRY(m_task.checkCancelled());
            return produce([&](std::span<const std::byte> bytes) -> Result<> {
                m_done += bytes.size();
                m_task.report("Writing the model", m_done, m_total);
                return append(bytes);
            });
        };
    }

    Result<> begin(const Staging &staging, uint64_t bytes)
    {
        m_total = bytes;
        return staging.checkSpace(bytes);
    }

    Result<uint64_t> writeGguf(Staging &staging)
    {
        GgufWriter writer;
        LATHE_TRY(refuseOtherParts());
        LATHE_ASSIGN(GgufTensors planned, ggufTensors(m_input, m_losses));
        if (m_input.isSameFormat()) {
            copyMetadata(writer);
            addCopied(planned.tensors);
        } else {
            setGgufSettings(m_input, writer);
            setGeneral(*m_input.model.source().folder(), writer);
            LATHE_TRY(setGgufText(m_input, m_losses, writer));
            remember(planned, writer);
        }
        if (!m_input.isSameFormat() || !m_card.changes.empty())
            setCard(m_input, m_card, m_losses, writer);
        uint64_t bytes = 0;
        for (TargetTensor &tensor : planned.tensors) {
            bytes += tensor.bytes();
            std::ranges::reverse(tensor.shape);
            writer.addTensor(tensor.name, tensor.type, tensor.shape, watched(std::move(tensor.produce)));
        }
        LATHE_TRY(begin(staging, bytes));
        LATHE_TRY(writer.write(staging.file(), true));
        return check(staging.file());
    }

    /// What stands beside the text in a model for text and pictures.
    Result<> refuseOtherParts()
    {
        const HfFolder *folder = m_input.model.source().folder();
        if (!folder)
            return {};
        for (const SafetensorsFile &file : folder->files())
            for (const SafetensorsTensor &tensor : file.tensors())
                if (isOtherPart(tensor.name))
                    return m_losses.meet("vision", "tensor " + printable(tensor.name) + " in a GGUF file",
                                         "the text model alone");
        return {};
    }

    void remember(const GgufTensors &planned, GgufWriter &writer) const
    {
        if (m_input.model.source().folder()->config().contains("text_config"))
            return; // the folder of another model
        if (!planned.types.empty())
            writer.setStrings(kept::kTypes, planned.types);
        for (const auto &[name, values] : planned.exact)
            writer.setF32s(std::string(kept::kExact) + name, values);
        if (const std::string prefix = folderPrefix(m_input); !prefix.empty())
            writer.setString(kept::kPrefix, prefix);
    }

    void copyMetadata(GgufWriter &writer) const
    {
        for (const auto &[key, value] : m_input.model.source().gguf()->metadata())
            if (!key.starts_with("split."))
                writer.setValue(key, value);
    }

    /// In the same format: `planned` are the changed tensors, all others are added as they are.
    void addCopied(std::vector<TargetTensor> &planned) const
    {
        std::map<std::string, TargetTensor> changed;
        for (TargetTensor &tensor : planned)
            changed.emplace(tensor.name, std::move(tensor));
        planned.clear();
        for (const GgufTensor &tensor : m_input.model.source().gguf()->tensors()) {
            const auto found = changed.find(std::string(tensor.name));
            if (found != changed.end()) {
                planned.push_back(std::move(found->second));
                planned.back().shape = {tensor.shape.rbegin(), tensor.shape.rend()};
                continue;
            }
            planned.push_back({std::string(tensor.name),
                               tensor.type,
                               {tensor.shape.rbegin(), tensor.shape.rend()},
                               [data = tensor.data](const AppendBytes &append) { return append(data); }});
        }
    }

    Result<uint64_t> writeFolder(Staging &staging)
    {
        LATHE_ASSIGN(std::vector<TargetTensor> planned,
                     folderTensors(m_input, folderTensorNotes(m_input), m_losses));
        std::vector<ProducedTensor> tensors;
        uint64_t bytes = 0;
        for (TargetTensor &tensor : planned) {
            bytes += tensor.bytes();
            tensors.push_back({tensor.name, std::string(dtypeInfo(tensor.type).name), tensor.shape,
                               watched(std::move(tensor.produce))});
        }
        if (m_input.isSameFormat())
            bytes += addCopied(tensors);
        LATHE_TRY(begin(staging, bytes));
        LATHE_TRY(writeSafetensors(staging.folder() / "model.safetensors", tensors, folderMetadata(), true));
        if (m_input.isSameFormat())
            LATHE_TRY(copyFiles(staging.folder()));
        else
            LATHE_TRY(writeFolderText(m_input, staging.folder(), m_losses));
        if (!m_input.isSameFormat() || !m_card.changes.empty())
            LATHE_TRY(
                writeAtomically(staging.folder() / "README.md", readmeOf(m_input, m_card, m_losses), true));
        return check(staging.folder());
    }

    /// Of model.safetensors; transformers asks for the format.
    std::map<std::string, std::string> folderMetadata() const
    {
        std::map<std::string, std::string> metadata;
        if (const GgufFile *file = m_input.model.source().gguf())
            metadata = generalTexts(*file);
        else
            metadata = m_input.model.source().folder()->files().front().metadata();
        metadata["format"] = "pt";
        return metadata;
    }

    uint64_t addCopied(std::vector<ProducedTensor> &tensors)
    {
        std::set<std::string> changed;
        for (const ProducedTensor &tensor : tensors)
            changed.insert(tensor.name);
        uint64_t bytes = 0;
        for (const SafetensorsFile &file : m_input.model.source().folder()->files()) {
            for (const SafetensorsTensor &tensor : file.tensors()) {
                if (changed.contains(tensor.name))
                    continue;
                bytes += tensor.data.size();
                const auto copy = [data = tensor.data](const AppendBytes &append) { return append(data); };
                tensors.push_back({tensor.name, tensor.dtype, tensor.shape, watched(copy)});
            }
        }
        return bytes;
    }

    /// The files of the folder beside the weights.
    Result<> copyFiles(const fs::path &target) const
    {
        const fs::path &source = m_input.model.source().folder()->path();
        std::error_code error;
        for (fs::directory_iterator it(source, error), end; !error && it != end; it.increment(error)) {
            const std::string name = it->path().filename().string();
            std::error_code ignored;
            if (!it->is_regular_file(ignored) || name.ends_with(".safetensors") ||
                name.ends_with(".safetensors.index.json") || isPickleName(name) || name.ends_with(".gguf"))
                continue;
            LATHE_ASSIGN(const MappedFile file, MappedFile::open(it->path()));
            LATHE_TRY(writeAtomically(target / name, file.bytes(), true));
        }
        return error ? Result<>(fail(Errc::Io, source.string(), "cannot be read: " + error.message()))
                     : Result<>();
    }

    /// Opens what was written; its bytes. Errors: it does not say the same as the source.
    Result<uint64_t> check(const fs::path &path)
    {
        LATHE_ASSIGN(const auto written, ModelFile::open(path));
        const auto differs = [&](const std::string &what) {
            return fail(Errc::Unsupported, m_losses.subject(),
                        "unsupported: " + what + (m_input.toGguf ? " in a GGUF file" : " in a folder"),
                        "keep the model as it is");
        };
        if (const auto difference = firstDifference(m_input.config(), written->config()))
            return differs(*difference);
        for (uint32_t i = 0; i < m_input.weights.count(); ++i) {
            const WeightTable::Entry &entry = m_input.weights.entry(i);
            if (!written->weights().find(entry.layer, entry.role))
                return differs("tensor " + entry.source.nameInFile());
        }
        return written->fileBytes();
    }

    ConvertInput m_input;
    const WriteOptions &m_options;
    const TaskContext &m_task;
    Losses m_losses;
    ModelCard m_card;
    uint64_t m_done = 0, m_total = 0;
};

} // namespace

Result<Written> writeModel(const ModelFile &model, const WeightTable &weights, const fs::path &out,
                           const WriteOptions &options, const TaskContext &task)
{
    const Architecture *architecture = findGgufArchitecture(model.config().architecture);
    const bool hasFiles = model.source().gguf() || model.source().folder();
    if (!architecture || !hasFiles || model.weights().count() == 0)
        return fail(Errc::BadInput, model.path().string(), "is no model with weights",
                    "give a GGUF file or a folder with config.json and safetensors files");
    const bool toGguf = out.extension() == ".gguf";
    return ModelWriter({model, weights, *architecture, toGguf}, options, task).write(out);
}

Result<Written> convertModel(const ModelFile &model, const fs::path &out, const WriteOptions &options,
                             const TaskContext &task)
{
    return writeModel(model, model.weights(), out, options, task);
}

} // namespace lathe
