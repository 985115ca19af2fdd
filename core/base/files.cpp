// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include "core/base/os.h"

#include <utility>

namespace lathe {

namespace fs = std::filesystem;

MappedFile::MappedFile(fs::path path, const std::byte *data, size_t size)
    : m_path(std::move(path)), m_data(data), m_size(size)
{
}

MappedFile::MappedFile(MappedFile &&other) noexcept
    : m_path(std::move(other.m_path)), m_data(std::exchange(other.m_data, nullptr)),
      m_size(std::exchange(other.m_size, 0))
{
}

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

MappedFile::~MappedFile()
{
    os::unmap({m_data, m_size});
}

Result<MappedFile> MappedFile::open(const fs::path &path)
{
    LATHE_ASSIGN(const os::Mapping mapping, os::mapReadOnly(path));
    return MappedFile(path, mapping.data, mapping.size);
}

Result<std::string> readText(const fs::path &path, size_t limitBytes)
{
    std::error_code error;
    const fs::file_type type = fs::status(path, error).type();
    if (type == fs::file_type::fifo || type == fs::file_type::character)
        return os::readStream(path, limitBytes);
    LATHE_ASSIGN(const MappedFile file, MappedFile::open(path));
    const auto bytes = file.bytes();
    if (bytes.size() > limitBytes)
        return fail(Errc::BadInput, path.string(),
                    "the file has " + std::to_string(bytes.size()) + " bytes, at most " +
                        std::to_string(limitBytes) + " are read",
                    "give a smaller file");
    return std::string(reinterpret_cast<const char *>(bytes.data()), bytes.size());
}

Result<> writeAtomically(const fs::path &path, bool overwrite, const ProduceBytes &produce)
{
    LATHE_ASSIGN(const os::TemporaryFile file, os::createBeside(path));
    const Result<> produced =
        produce([&](std::span<const std::byte> bytes) { return os::writeAll(file, bytes); });
    if (!produced) {
        os::discard(file);
        return produced;
    }
    return os::commit(file, path, overwrite);
}

Result<> writeAtomically(const fs::path &path, std::span<const std::byte> bytes, bool overwrite)
{
    return writeAtomically(path, overwrite, [&](const AppendBytes &append) { return append(bytes); });
}

Result<> writeAtomically(const fs::path &path, std::string_view text, bool overwrite)
{
    return writeAtomically(path, std::as_bytes(std::span(text)), overwrite);
}

} // namespace lathe
