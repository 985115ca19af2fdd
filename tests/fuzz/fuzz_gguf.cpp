// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/formats/gguf.h"
#include "core/formats/gguf_writer.h"
#include "core/formats/printable.h"
#include "tests/fuzz/require.h"

using namespace lathe;

namespace {

/// Every conversion of a value, whatever its type.
uint64_t touch(const GgufValue &value)
{
    uint64_t sum = value.asU64().value_or(0) + uint64_t(value.asI64().value_or(0));
    sum += value.asBool().value_or(false) + (value.asF32() ? 1 : 0);
    for (const char c : value.asString().value_or(""))
        sum += uint8_t(c);
    for (const std::string_view text : value.asStrings().value_or(std::vector<std::string_view>()))
        sum += printable(text).size();
    sum += value.asIntegers().value_or(std::vector<int64_t>()).size();
    return sum + value.asFloats().value_or(std::vector<float>()).size();
}

/// The tensor's first row decodes within its bytes.
uint64_t touch(const GgufTensor &tensor)
{
    const DTypeInfo &info = dtypeInfo(tensor.type);
    require(tensor.data.size() == tensor.rows * rowBytes(tensor.type, tensor.cols));
    uint64_t sum = uint8_t(tensor.data.front()) + uint8_t(tensor.data.back());
    if (info.decode) {
        std::vector<float> row(tensor.cols);
        info.decode(tensor.data.data(), row.data(), tensor.cols / info.blockElements);
        sum += row.back() > 0;
    }
    return sum;
}

/// What was read can be written, and reads the same again.
void checkRewriting(const GgufFile &file)
{
    GgufWriter writer;
    for (const auto &[key, value] : file.metadata())
        writer.setValue(key, value);
    for (const GgufTensor &tensor : file.tensors())
        writer.addTensor(tensor.name, tensor.type, tensor.shape, tensor.data);
    const Result<std::string> bytes = writer.toBytes("copy");
    require(bytes.has_value());
    const Result<GgufFile> copy = GgufFile::parse(std::as_bytes(std::span(*bytes)), "copy");
    require(copy && copy->metadata().size() == file.metadata().size());
    for (const GgufTensor &tensor : file.tensors()) {
        const GgufTensor *again = copy->findTensor(tensor.name);
        require(again && again->type == tensor.type && again->shape == tensor.shape);
        require(std::equal(again->data.begin(), again->data.end(), tensor.data.begin(), tensor.data.end()));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const Result<GgufFile> file = GgufFile::parse(std::as_bytes(std::span(data, size)), "input");
    if (!file) {
        requireMessage(file.error());
        return 0;
    }
    volatile uint64_t sum = 0;
    for (const auto &[key, value] : file->metadata()) {
        sum = sum + touch(value);
        require(file->find(key) != nullptr);
    }
    for (const GgufTensor &tensor : file->tensors())
        sum = sum + touch(tensor);
    checkRewriting(*file);
    return 0;
}
