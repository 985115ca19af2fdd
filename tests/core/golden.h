// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"
#include "core/formats/safetensors.h"

#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

/// Reading of golden data in tests; a fault of the data throws, which fails the test that asked.
namespace lathe::golden {

/// A path under tests/data; an absolute path stays itself.
inline std::filesystem::path dataPath(const std::filesystem::path &path)
{
    return std::filesystem::path(LATHE_TEST_DATA) / path;
}

/// A safetensors file; a relative path is one under tests/data.
class File
{
public:
    explicit File(const std::filesystem::path &path) : m_file(openOrThrow(dataPath(path))) {}

    const std::vector<SafetensorsTensor> &tensors() const { return m_file.tensors(); }
    bool has(const std::string &name) const { return m_file.find(name) != nullptr; }

    const SafetensorsTensor &tensor(const std::string &name) const
    {
        const SafetensorsTensor *found = m_file.find(name);
        if (!found)
            throw std::runtime_error(m_file.name() + " has no tensor " + name);
        return *found;
    }

    std::vector<uint64_t> shape(const std::string &name) const { return tensor(name).shape; }
    std::span<const std::byte> bytes(const std::string &name) const { return tensor(name).data; }

    /// A tensor of F32, F64, F16 or BF16, row-major.
    std::vector<float> floats(const std::string &name) const
    {
        const SafetensorsTensor &t = tensor(name);
        if (t.dtype == "F32")
            return convert<float, float>(t, [](float x) { return x; });
        if (t.dtype == "F64")
            return convert<double, float>(t, [](double x) { return float(x); });
        if (t.dtype == "F16")
            return convert<uint16_t, float>(t, halfToFloat);
        if (t.dtype == "BF16")
            return convert<uint16_t, float>(t, bfloatToFloat);
        throw std::runtime_error(name + " holds " + t.dtype + ", not floats");
    }

    /// A tensor of any integer type or BOOL, row-major.
    std::vector<int64_t> ints(const std::string &name) const
    {
        const SafetensorsTensor &t = tensor(name);
        const auto widen = [](auto x) { return int64_t(x); };
        if (t.dtype == "I64")
            return convert<int64_t, int64_t>(t, widen);
        if (t.dtype == "I32")
            return convert<int32_t, int64_t>(t, widen);
        if (t.dtype == "I16")
            return convert<int16_t, int64_t>(t, widen);
        if (t.dtype == "I8")
            return convert<int8_t, int64_t>(t, widen);
        if (t.dtype == "U8" || t.dtype == "BOOL")
            return convert<uint8_t, int64_t>(t, widen);
        throw std::runtime_error(name + " holds " + t.dtype + ", not integers");
    }

private:
    static SafetensorsFile openOrThrow(const std::filesystem::path &path)
    {
        Result<SafetensorsFile> file = SafetensorsFile::open(path);
        if (!file)
            throw std::runtime_error(file.error().message());
        return std::move(*file);
    }

    template <class From, class To, class Function>
    static std::vector<To> convert(const SafetensorsTensor &t, Function function)
    {
        std::vector<To> out(t.data.size() / sizeof(From));
        for (size_t i = 0; i < out.size(); ++i)
            out[i] = function(loadLe<From>(t.data.data() + i * sizeof(From)));
        return out;
    }

    SafetensorsFile m_file;
};

} // namespace lathe::golden
