// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/evaluate.h" // before Qt, which makes `slots` a macro
#include "core/graph/host_backend.h"
#include "core/graph/vulkan_backend.h"
#include "tests/core/gpu/gpu_fixture.h"

#include <map>

namespace lathe::golden {

/// The backends that a golden test runs on: "reference", "cpu", and "vulkan" under validation.
class GoldenDevices
{
public:
    using Backends = std::map<QString, std::shared_ptr<Backend>>;

    /// For initTestCase().
    void open()
    {
        m_device = m_validated.open();
        QVERIFY2(m_device, "no Vulkan device: install mesa-vulkan-drivers");
        m_backends = {{"reference", createHostBackend(HostRung::Reference)},
                      {"cpu", createHostBackend(HostRung::Cpu)},
                      {"vulkan", createVulkanBackend(m_device, "vulkan:0")}};
    }
    /// For cleanupTestCase(): before the program's globals go.
    void close()
    {
        m_backends.clear();
        m_device.reset();
    }

    const Backends &all() const { return m_backends; }
    const std::shared_ptr<Backend> &operator[](const QString &name) const { return m_backends.at(name); }
    const gpu::ValidatedDevice &validated() const { return m_validated; }

    /// The validation layer said nothing since the last time.
    void checkValidation() { VERIFY_SILENT(m_validated); }

    /// One row per device and text of `firsts`, in the columns `column` and "device".
    static void addRows(const char *column, const std::vector<std::string> &firsts)
    {
        QTest::addColumn<QString>(column);
        QTest::addColumn<QString>("device");
        for (const std::string &first : firsts)
            for (const char *device : {"reference", "cpu", "vulkan"})
                QTest::addRow("%s %s", first.substr(first.rfind('/') + 1).c_str(), device)
                    << QString::fromStdString(first) << device;
    }

private:
    gpu::ValidatedDevice m_validated;
    std::shared_ptr<gpu::Device> m_device;
    Backends m_backends;
};

} // namespace lathe::golden
