// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/log.h"
#include "core/base/result.h"
#include "core/base/task.h"
#include "core/gpu/device.h"
#include "core/graph/backend.h"
#include "core/graph/self_test.h"

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace lathe {

/// A device as the user sees it.
struct DeviceEntry {
    std::string id; ///< "vulkan:0", "cpu", "reference"
    std::string name;
    std::string kind; ///< discrete, integrated, virtual, software, other, cpu
    std::string driver;
    uint64_t memoryBytes = 0;
    uint64_t budgetBytes = 0;
    uint64_t usedBytes = 0;
    nlohmann::ordered_json features = nlohmann::ordered_json::object();
    std::optional<SelfTestReport> selfTest; ///< the kept one; the host's devices have none
};

struct DeviceOptions {
    unsigned threads = 0;    ///< of the cpu device; 0: one per processor
    std::string breakKernel; ///< debug: this shader module is left out; nothing is kept then
    MathTier math = MathTier::Fp32;
};

/// The devices of this machine and the backends that are open on them. Thread-safe; a backend is shared by
/// all who open the same device, and closed with the last of them.
class Devices
{
public:
    explicit Devices(DeviceOptions options, Log *log = nullptr);

    /// Vulkan's in driver order, then cpu and reference. Without Vulkan the host's alone, and why() says so.
    std::vector<DeviceEntry> list();
    /// Why there is no Vulkan; empty if there is.
    std::string why();

    struct Opened {
        std::shared_ptr<Backend> backend;
        std::string kind;               ///< as DeviceEntry::kind
        std::vector<std::string> notes; ///< for people: kernels switched off, devices passed over
    };
    /// Opens a device. `auto` takes the first Vulkan device that passed its self-test (discrete, integrated,
    /// virtual, software), else cpu; a name is a hard choice. A device without a kept self-test is tested
    /// first.
    Result<Opened> open(const std::string &name, const TaskContext &task);
    /// A backend to ask for sizes, not to compute on: nothing is tested, nothing is shared.
    Result<std::shared_ptr<Backend>> forEstimates(const std::string &name);
    /// What `auto` would open, by the kept self-tests; tests nothing.
    std::string automatic();

    struct Tested {
        std::string device;
        SelfTestReport report;
    };
    /// The self-test of a Vulkan device (`auto`: the first). `again`: not the kept one.
    Result<Tested> selfTest(const std::string &name, bool again, const TaskContext &task);

    /// What the memory of an open device moves in a second (services/bandwidth.h). Nobody else should use it
    /// then.
    Result<double> bandwidth(const Backend &backend, const TaskContext &task);

    struct Usage {
        std::string id;
        BackendMemory memory;
    };
    /// Of the backends that are open.
    std::vector<Usage> usage();

private:
    Result<std::shared_ptr<gpu::Instance>> instance();
    Result<std::shared_ptr<gpu::Device>> device(uint32_t index);
    Result<SelfTestReport> report(gpu::Device &device, bool again, const TaskContext &task);
    Result<Opened> openVulkan(uint32_t index, const TaskContext &task);
    Result<Opened> openHost(const std::string &name);
    Result<Opened> openAuto(const TaskContext &task);
    Result<std::unique_lock<std::timed_mutex>> takeTurn(const TaskContext &task);
    DeviceEntry describe(const gpu::DeviceInfo &info);
    DeviceEntry describeHost(const std::string &id);

    DeviceOptions m_options;
    Log *m_log;
    std::timed_mutex m_workMutex; // opening Vulkan devices and testing them take turns
    std::mutex m_mutex;           // guards the two below, briefly
    std::optional<Result<std::shared_ptr<gpu::Instance>>> m_instance;
    std::map<uint32_t, std::weak_ptr<gpu::Device>> m_devices;
    std::mutex m_openMutex;
    std::map<std::string, std::weak_ptr<Backend>> m_open;
};

} // namespace lathe
