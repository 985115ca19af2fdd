// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/adapter.h"
#include "tests/core/model/small_model.h"
#include "tests/fuzz/require.h"

#include <algorithm>

using namespace lathe;

namespace {

/// A GGUF file, or settings, a NUL and a safetensors file.
Result<std::shared_ptr<const LoraFile>> parse(std::span<const std::byte> bytes)
{
    const std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    const size_t end = text.starts_with("GGUF") ? text.npos : text.find('\0');
    if (end == text.npos)
        return LoraFile::parseGguf(bytes, "input");
    return LoraFile::parsePeft(text.substr(0, end), bytes.subspan(end + 1), "input");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const std::shared_ptr<const ModelFile> model = smallModel();
    const auto file = parse(std::as_bytes(std::span(data, size)));
    if (!file) {
        requireMessage(file.error());
        return 0;
    }
    require(!(*file)->pairs().empty());
    const auto adapter = Adapter::create(*model, *file, 0.5);
    if (!adapter) {
        requireMessage(adapter.error());
        return 0;
    }
    for (const Adapter::Linear &linear : (*adapter)->linears()) {
        const WeightSource &base = model->weights().entry(linear.weight).source;
        require(linear.a.cols == base.cols && linear.b.rows == base.rows && linear.a.rows == linear.b.cols);
        require(readWeight(linear.a).has_value() && readWeight(linear.b).has_value());
    }
    return 0;
}
