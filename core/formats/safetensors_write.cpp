// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/base/checked.h"
#include "core/formats/printable.h"
#include "core/formats/produce.h"
#include "core/formats/safetensors.h"

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>
#include <numeric>

namespace lathe {

namespace {

std::string labelOf(const std::string &name)
{
    return "tensor \"" + printable(name) + "\"";
}

/// Bytes that dtype and shape ask for. Errors: a name that is not allowed, an unknown dtype, a size out of
/// range.
Result<uint64_t> neededBytes(const std::string &file, const ProducedTensor &tensor)
{
    const std::string label = labelOf(tensor.name);
    if (!isValidUtf8(tensor.name) || tensor.name == "__metadata__")
        return fail(Errc::BadInput, file, label + " has a name that the format does not allow");
    const std::optional<uint32_t> bits = safetensorsBits(tensor.dtype);
    if (!bits)
        return fail(Errc::BadInput, file,
                    label + " has the unknown dtype \"" + printable(tensor.dtype) + "\"");
    Checked needed = *bits;
    for (const uint64_t extent : tensor.shape)
        needed = needed * extent;
    if (!needed.value() || *needed.value() % 8 != 0)
        return fail(Errc::BadInput, file, label + " has a shape that does not fit its dtype");
    return *needed.value() / 8;
}

/// Indices of `tensors`, wider elements first, then by name.
Result<std::vector<size_t>> fileOrder(const std::string &file, std::span<const ProducedTensor> tensors)
{
    std::vector<size_t> order(tensors.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        const uint32_t bitsA = *safetensorsBits(tensors[a].dtype);
        const uint32_t bitsB = *safetensorsBits(tensors[b].dtype);
        return bitsA != bitsB ? bitsA > bitsB : tensors[a].name < tensors[b].name;
    });
    std::vector<std::string_view> names;
    for (const ProducedTensor &tensor : tensors)
        names.push_back(tensor.name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end())
        return fail(Errc::BadInput, file, "tensor \"" + printable(*twice) + "\" is given twice");
    return order;
}

std::string headerText(std::span<const ProducedTensor> tensors, const std::vector<uint64_t> &bytes,
                       const std::vector<size_t> &order, const std::map<std::string, std::string> &metadata)
{
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    uint64_t offset = 0;
    for (const size_t i : order) {
        const uint64_t end = offset + bytes[i];
        header.push_back({tensors[i].name,
                          {{"dtype", tensors[i].dtype},
                           {"shape", tensors[i].shape},
                           {"data_offsets", std::array{offset, end}}}});
        offset = end;
    }
    std::string text = header.dump();
    text.resize(roundUp(text.size(), size_t(8)), ' ');
    return text;
}

} // namespace

Result<> writeSafetensors(const std::filesystem::path &path, std::span<const ProducedTensor> tensors,
                          const std::map<std::string, std::string> &metadata, bool overwrite)
{
    static_assert(std::endian::native == std::endian::little);
    const std::string file = path.string();
    std::vector<uint64_t> bytes;
    for (const ProducedTensor &tensor : tensors) {
        LATHE_ASSIGN(const uint64_t needed, neededBytes(file, tensor));
        bytes.push_back(needed);
    }
    for (const auto &[key, value] : metadata)
        if (!isValidUtf8(key) || !isValidUtf8(value))
            return fail(Errc::BadInput, file, "the metadata \"" + printable(key) + "\" is not UTF-8");
    LATHE_ASSIGN(const std::vector<size_t> order, fileOrder(file, tensors));
    const std::string header = headerText(tensors, bytes, order, metadata);
    return writeAtomically(path, overwrite, [&](const AppendBytes &append) -> Result<> {
        const uint64_t length = header.size();
        LATHE_TRY(append(std::as_bytes(std::span(&length, 1))));
        LATHE_TRY(append(std::as_bytes(std::span(header))));
        for (const size_t i : order)
            LATHE_TRY(produceExactly(tensors[i].name, bytes[i], tensors[i].produce, append));
        return {};
    });
}

Result<> writeSafetensors(const std::filesystem::path &path, std::span<const SafetensorsTensor> tensors,
                          const std::map<std::string, std::string> &metadata, bool overwrite)
{
    std::vector<ProducedTensor> produced;
    for (const SafetensorsTensor &tensor : tensors) {
        const auto data = tensor.data;
        produced.push_back({tensor.name, tensor.dtype, tensor.shape,
                            [data](const AppendBytes &append) { return append(data); }});
        LATHE_ASSIGN(const uint64_t needed, neededBytes(path.string(), produced.back()));
        if (needed != data.size())
            return fail(Errc::BadInput, path.string(),
                        labelOf(tensor.name) + " has data that does not fit its shape");
    }
    return writeSafetensors(path, produced, metadata, overwrite);
}

} // namespace lathe
