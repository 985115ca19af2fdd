// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/services/devices.h"

#include "app/engine/services/bandwidth.h"
#include "core/base/os.h"
#include "core/graph/host_backend.h"
#include "core/graph/vulkan_backend.h"

#include <charconv>
#include <chrono>

namespace lathe {

using Json = nlohmann::ordered_json;

namespace {

std::string vulkanId(uint32_t index)
{
    return "vulkan:" + std::to_string(index);
}

std::optional<uint32_t> vulkanIndex(const std::string &id)
{
    constexpr std::string_view kPrefix = "vulkan:";
    uint32_t index = 0;
    if (!id.starts_with(kPrefix))
        return std::nullopt;
    const char *end = id.data() + id.size();
    const auto [at, error] = std::from_chars(id.data() + kPrefix.size(), end, index);
    return error == std::errc() && at == end ? std::optional(index) : std::nullopt;
}

Json featuresJson(const gpu::Features &f)
{
    return {{"fp16", f.fp16},
            {"int8", f.int8},
            {"integer_dot", f.integerDot},
            {"storage16", f.storage16},
            {"subgroup_arithmetic", f.subgroupArithmetic},
            {"subgroup_size", f.subgroupSize},
            {"timeline_semaphore", f.timelineSemaphore},
            {"memory_budget", f.memoryBudget},
            {"host_visible", f.hostVisibleDeviceLocal},
            {"max_invocations", f.maxInvocations},
            {"max_shared_bytes", f.maxSharedBytes},
            {"max_binding_bytes", f.maxBindingBytes},
            {"max_allocation_bytes", f.maxAllocationBytes}};
}

std::string deviceLabel(const std::string &id, const gpu::DeviceInfo &info)
{
    return id + " (" + info.name + ")";
}

} // namespace

Devices::Devices(DeviceOptions options, Log *log) : m_options(std::move(options)), m_log(log) {}

Result<std::shared_ptr<gpu::Instance>> Devices::instance()
{
    const std::lock_guard lock(m_mutex);
    if (!m_instance)
        m_instance = gpu::Instance::create({});
    return *m_instance;
}

std::string Devices::why()
{
    const auto vulkan = instance();
    return vulkan ? std::string() : vulkan.error().message();
}

Result<std::shared_ptr<gpu::Device>> Devices::device(uint32_t index)
{
    LATHE_ASSIGN(const auto vulkan, instance());
    const std::lock_guard lock(m_mutex);
    if (auto open = m_devices[index].lock())
        return open;
    gpu::Device::Options options;
    options.breakKernel = m_options.breakKernel;
    options.cacheFolder = os::cacheFolder();
    LATHE_ASSIGN(auto opened, gpu::Device::open(vulkan, index, options, m_log));
    m_devices[index] = opened;
    return opened;
}

std::vector<DeviceEntry> Devices::list()
{
    std::vector<DeviceEntry> entries;
    if (const auto vulkan = instance()) {
        for (const gpu::DeviceInfo &info : (*vulkan)->devices())
            entries.push_back(describe(info));
    }
    entries.push_back(describeHost("cpu"));
    entries.push_back(describeHost("reference"));
    for (const Usage &usage : usage()) {
        for (DeviceEntry &entry : entries)
            entry.usedBytes += entry.id == usage.id ? usage.memory.total() : 0;
    }
    return entries;
}

DeviceEntry Devices::describe(const gpu::DeviceInfo &info)
{
    DeviceEntry entry{vulkanId(info.index),
                      info.name,
                      std::string(gpu::deviceKindName(info.kind)),
                      info.driver,
                      info.memoryBytes,
                      info.budgetBytes,
                      0,
                      featuresJson(info.features),
                      std::nullopt};
    if (const auto opened = device(info.index))
        entry.selfTest = loadSelfTest(**opened, os::stateFolder());
    return entry;
}

DeviceEntry Devices::describeHost(const std::string &id)
{
    uint64_t used = 0;
    for (const Usage &usage : usage())
        used += usage.id == id ? usage.memory.total() : 0;
    return {id,
            os::processorName(),
            "cpu",
            id == "cpu" ? "blocked, vectorised" : "scalar, exact order",
            os::totalMemoryBytes(),
            os::availableMemoryBytes() + used,
            0,
            Json::object(),
            std::nullopt};
}

Result<Devices::Opened> Devices::open(const std::string &name, const TaskContext &task)
{
    const auto index = vulkanIndex(name);
    if (!index && name != "auto")
        return openHost(name);
    LATHE_ASSIGN(const auto turn, takeTurn(task));
    return index ? openVulkan(*index, task) : openAuto(task);
}

Result<Devices::Opened> Devices::openHost(const std::string &name)
{
    if (name != "cpu" && name != "reference")
        return fail(Errc::NotFound, name, "is no device", "give auto, cpu, reference or vulkan:N");
    const std::lock_guard lock(m_openMutex);
    auto backend = m_open[name].lock();
    if (!backend) {
        backend = createHostBackend(name == "cpu" ? HostRung::Cpu : HostRung::Reference, m_options.threads);
        m_open[name] = backend;
    }
    return Opened{std::move(backend), "cpu", {}};
}

Result<std::unique_lock<std::timed_mutex>> Devices::takeTurn(const TaskContext &task)
{
    std::unique_lock lock(m_workMutex, std::defer_lock);
    while (!lock.try_lock_for(std::chrono::milliseconds(50)))
        LATHE_TRY(task.checkCancelled());
    return lock;
}

Result<SelfTestReport> Devices::report(gpu::Device &device, bool again, const TaskContext &task)
{
    const bool keep = m_options.breakKernel.empty();
    if (keep && !again) {
        if (auto kept = loadSelfTest(device, os::stateFolder()))
            return std::move(*kept);
    }
    LATHE_ASSIGN(SelfTestReport made, runSelfTest(device, task));
    if (keep) {
        const Result<> saved = saveSelfTest(device, os::stateFolder(), made);
        if (!saved && m_log)
            m_log->write(LogLevel::Warning, "The self-test is not kept: " + saved.error().message());
    }
    return made;
}

Result<Devices::Opened> Devices::openVulkan(uint32_t index, const TaskContext &task)
{
    LATHE_ASSIGN(const auto vulkan, instance());
    if (index >= vulkan->devices().size())
        return fail(Errc::NotFound, vulkanId(index), "is not there", "see lathe devices for those that are");
    LATHE_ASSIGN(const auto opened, device(index));
    LATHE_ASSIGN(const SelfTestReport tested, report(*opened, false, task));
    const std::string label = deviceLabel(vulkanId(index), opened->info());
    if (!tested.usable())
        return fail(Errc::Device, label, "failed its self-test", "use --device cpu, or update the driver");
    Opened result;
    result.kind = gpu::deviceKindName(opened->info().kind);
    for (const SelfTestReport::Failure &failure : tested.failures)
        result.notes.push_back(label + ": kernel " + failure.kernel +
                               " gave wrong numbers and is switched off" +
                               (failure.instead.empty() ? "" : "; " + failure.instead + " is used"));
    const std::lock_guard lock(m_openMutex);
    result.backend = m_open[vulkanId(index)].lock();
    if (!result.backend) {
        result.backend = createVulkanBackend(opened, vulkanId(index), {m_options.math, tested.disabled});
        m_open[vulkanId(index)] = result.backend;
    }
    return result;
}

Result<Devices::Opened> Devices::openAuto(const TaskContext &task)
{
    std::vector<std::string> notes;
    if (const auto vulkan = instance()) {
        for (const uint32_t index : (*vulkan)->preferredOrder()) {
            auto opened = openVulkan(index, task);
            if (!opened && opened.error().code == Errc::Cancelled)
                return opened;
            if (opened) {
                opened->notes.insert(opened->notes.begin(), notes.begin(), notes.end());
                return opened;
            }
            notes.push_back(opened.error().message());
        }
    } else {
        notes.push_back("No Vulkan here (" + vulkan.error().message() + "): the processor is used.");
    }
    LATHE_ASSIGN(Opened host, openHost("cpu"));
    host.notes = std::move(notes);
    return host;
}

Result<std::shared_ptr<Backend>> Devices::forEstimates(const std::string &name)
{
    const std::string id = name == "auto" ? automatic() : name;
    const auto index = vulkanIndex(id);
    if (!index) {
        LATHE_ASSIGN(Opened host, openHost(id));
        return std::move(host.backend);
    }
    LATHE_ASSIGN(const auto vulkan, instance());
    if (*index >= vulkan->devices().size())
        return fail(Errc::NotFound, id, "is not there", "see lathe devices for those that are");
    LATHE_ASSIGN(auto opened, device(*index));
    return createVulkanBackend(std::move(opened), id, {m_options.math, {}});
}

std::string Devices::automatic()
{
    if (const auto vulkan = instance()) {
        for (const uint32_t index : (*vulkan)->preferredOrder()) {
            const auto opened = device(index);
            const auto kept = opened ? loadSelfTest(**opened, os::stateFolder()) : std::nullopt;
            if (opened && (!kept || kept->usable()))
                return vulkanId(index);
        }
    }
    return "cpu";
}

Result<Devices::Tested> Devices::selfTest(const std::string &name, bool again, const TaskContext &task)
{
    LATHE_ASSIGN(const auto turn, takeTurn(task));
    LATHE_ASSIGN(const auto vulkan, instance());
    std::optional<uint32_t> index = vulkanIndex(name);
    if (name == "auto" && !vulkan->preferredOrder().empty())
        index = vulkan->preferredOrder().front();
    if (!index)
        return fail(Errc::BadInput, name, "has no kernels to test", "give a Vulkan device");
    if (*index >= vulkan->devices().size())
        return fail(Errc::NotFound, vulkanId(*index), "is not there", "see lathe devices for those that are");
    LATHE_ASSIGN(const auto opened, device(*index));
    LATHE_ASSIGN(SelfTestReport tested, report(*opened, again, task));
    return Tested{vulkanId(*index), std::move(tested)};
}

Result<double> Devices::bandwidth(const Backend &backend, const TaskContext &task)
{
    const auto index = vulkanIndex(std::string(backend.id()));
    if (!index)
        return readBandwidth(backend.id() == "cpu" ? m_options.threads : 1, task);
    LATHE_ASSIGN(const auto opened, device(*index));
    return copyBandwidth(*opened, task);
}

std::vector<Devices::Usage> Devices::usage()
{
    const std::lock_guard lock(m_openMutex);
    std::vector<Usage> all;
    for (const auto &[id, weak] : m_open) {
        if (const auto backend = weak.lock())
            all.push_back({id, backend->memory()});
    }
    return all;
}

} // namespace lathe
