// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/instance.h"

#include <QTest>

using namespace lathe;
using namespace lathe::gpu;

/// A process of its own: the loader reads these variables at its first call.
class TestGpuAbsent : public QObject
{
    Q_OBJECT

private slots:
    void withoutDriverThereIsAnErrorAndNoCrash()
    {
        for (const char *name : {"VK_ICD_FILENAMES", "VK_DRIVER_FILES"})
            qputenv(name, "/nonexistent/driver.json");
        const auto instance = Instance::create({});
        QVERIFY(!instance);
        QCOMPARE(instance.error().code, Errc::NotFound);
        QVERIFY2(
            instance.error().message().starts_with("Vulkan: no driver is installed; install a Vulkan driver"),
            instance.error().message().c_str());
    }
};

QTEST_GUILESS_MAIN(TestGpuAbsent)
#include "tst_gpu_absent.moc"
