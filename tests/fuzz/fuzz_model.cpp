// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/graph/host_backend.h"
#include "core/model/runner.h"
#include "tests/fuzz/require.h"

using namespace lathe;

namespace {

/// A few tokens through the model on the CPU.
void run(const std::shared_ptr<const ModelFile> &file)
{
    static const std::shared_ptr<Backend> backend = createHostBackend(HostRung::Cpu, 1);
    const auto model = DeviceModel::load(file, backend, {});
    if (!model)
        return requireMessage(model.error());
    const auto runner = Runner::create(*model, {{DType::F32, 1, 8}, true, 4});
    if (!runner)
        return requireMessage(runner.error());
    const uint32_t vocabulary = file->config().vocabulary;
    std::vector<float> logits(vocabulary);
    const StepToken tokens[] = {{0, 0, 0}, {vocabulary - 1, 1, 0}, {vocabulary / 2, 2, 0}};
    const uint32_t row = 2;
    if (const auto done = (*runner)->step(tokens, std::span(&row, 1), logits, {}); !done)
        requireMessage(done.error());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const auto file = ModelFile::parse(std::as_bytes(std::span(data, size)), "input");
    if (!file) {
        requireMessage(file.error());
        return 0;
    }
    const ModelFile &model = **file;
    require(isValidUtf8(model.config().name) && !model.quantization().empty());
    if (model.tokenizer()) {
        const auto ids = (*model.tokenizer())->encode("Hello <s> \xF0\x9F\x98\x80", Tokenizer::Special::Add);
        for (const uint32_t id : ids.value_or(std::vector<uint32_t>()))
            require(id < model.config().vocabulary);
    } else {
        requireMessage(model.tokenizer().error());
    }
    run(*file);
    return 0;
}
