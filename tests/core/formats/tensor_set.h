// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/quantized_parts.h"
#include "tests/core/golden.h"

#include <bit>
#include <map>
#include <string>
#include <vector>

namespace lathe {

/// Tensors that a test puts together and damages, found by name as in a file.
class TensorSet
{
public:
    TensorSet() = default;
    /// The tensors of `file` whose names begin with `prefix`, named without it.
    TensorSet(const golden::File &file, const std::string &prefix)
    {
        for (const SafetensorsTensor &tensor : file.tensors()) {
            if (tensor.name.starts_with(prefix))
                set(tensor.name.substr(prefix.size()), tensor.dtype, tensor.shape, tensor.data);
        }
    }

    void set(const std::string &name, const std::string &dtype, std::vector<uint64_t> shape,
             std::span<const std::byte> data)
    {
        Owned &owned = m_tensors[name];
        owned.data.assign(data.begin(), data.end());
        owned.tensor = {name, dtype, std::move(shape), owned.data};
    }
    template <class T>
    void set(const std::string &name, const std::string &dtype, std::vector<uint64_t> shape,
             const std::vector<T> &values)
    {
        set(name, dtype, std::move(shape), std::as_bytes(std::span(values)));
    }
    void setText(const std::string &name, const std::string &text)
    {
        set(name, "U8", {text.size()}, std::as_bytes(std::span(text)));
    }
    std::string text(const std::string &name) const
    {
        const auto &data = m_tensors.at(name).data;
        return std::string(reinterpret_cast<const char *>(data.data()), data.size());
    }
    void remove(const std::string &name) { m_tensors.erase(name); }
    std::vector<SafetensorsTensor> all() const
    {
        std::vector<SafetensorsTensor> list;
        for (const auto &[name, owned] : m_tensors)
            list.push_back(owned.tensor);
        return list;
    }

    /// Views into this set, which must outlive it.
    QuantizedParts parts() const
    {
        return QuantizedParts(
            [this](std::string_view name) -> const SafetensorsTensor * {
                const auto at = m_tensors.find(std::string(name));
                return at == m_tensors.end() ? nullptr : &at->second.tensor;
            },
            "folder");
    }

private:
    struct Owned {
        std::vector<std::byte> data;
        SafetensorsTensor tensor;
    };
    std::map<std::string, Owned> m_tensors;
};

/// The first element whose bits differ, "" if none does.
inline std::string firstDifference(const std::vector<float> &got, const std::vector<float> &want)
{
    if (got.size() != want.size())
        return std::to_string(got.size()) + " elements, not " + std::to_string(want.size());
    for (size_t i = 0; i < got.size(); ++i) {
        if (std::bit_cast<uint32_t>(got[i]) != std::bit_cast<uint32_t>(want[i]))
            return "element " + std::to_string(i) + " is " + std::to_string(got[i]) + ", not " +
                   std::to_string(want[i]);
    }
    return {};
}

} // namespace lathe
