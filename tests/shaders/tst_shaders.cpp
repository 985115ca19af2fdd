// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/kernel.h"
#include "core/gpu/shader_module.h"
#include "core/gpu/spirv.h"

#include <QTest>
#include <algorithm>
#include <map>

namespace lathe::gpu
{
std::span<const ShaderModule> testShaderModules();
}

using namespace lathe;
using namespace lathe::gpu;

/// Every module that is built, of the program and of the tests. That each passes spirv-val is a step of its
/// build.
class TestShaders : public QObject
{
    Q_OBJECT

private slots:
    void modulesKeepToWhatEveryDeviceHas_data()
    {
        QTest::addColumn<size_t>("index");
        QTest::addColumn<bool>("ours");
        for (size_t i = 0; i < shaderModules().size(); ++i)
            QTest::addRow("%s", std::string(shaderModules()[i].name).c_str()) << i << true;
        for (size_t i = 0; i < testShaderModules().size(); ++i)
            QTest::addRow("%s", std::string(testShaderModules()[i].name).c_str()) << i << false;
    }

    void modulesKeepToWhatEveryDeviceHas()
    {
        QFETCH(size_t, index);
        QFETCH(bool, ours);
        const ShaderModule &module = (ours ? shaderModules() : testShaderModules())[index];
        const auto reflection = reflect(module.words, {});
        QVERIFY2(reflection.has_value(), reflection ? "" : reflection.error().message().c_str());
        QVERIFY(!reflection->bindings.empty());
        QVERIFY(reflection->bindings.size() <= 12);
        QVERIFY(reflection->pushBytes <= 128);
        const auto [x, y, z] = reflection->localSize;
        QVERIFY(x * y * z >= 1 && x * y * z <= 256);
        const auto writes = [](Access access) {
            return access == Access::Write || access == Access::ReadWrite;
        };
        QVERIFY2(std::ranges::any_of(reflection->bindings, writes), "a kernel that writes nothing");
    }

    void tablesAreSortedAndVariantsDiffer()
    {
        for (const auto modules : {shaderModules(), testShaderModules()})
            QVERIFY(std::ranges::is_sorted(modules, {}, &ShaderModule::name));
        std::map<std::string_view, std::span<const uint32_t>> byName;
        for (const ShaderModule &module : testShaderModules())
            byName[module.name] = module.words;
        QCOMPARE(byName.size(), testShaderModules().size()); // no name twice
        for (const char *name :
             {"test_format.F32", "test_format.F32.FP16", "test_format.Q4_1", "test_format.Q4_1.FP16"})
            QVERIFY2(byName.contains(name), name);
        QVERIFY(!std::ranges::equal(byName["test_format.F32"], byName["test_format.Q4_1"]));
    }

    void reflectionReadsAccessPushAndConstants()
    {
        const Reflection scale = reflect(moduleOf("test_scale"), {}).value();
        QCOMPARE(scale.bindings, (std::vector{Access::Read, Access::Read, Access::Write}));
        QCOMPARE(scale.pushBytes, uint32_t(8));
        QCOMPARE(scale.constantIds, (std::vector<uint32_t>{0, 1}));
        QCOMPARE(scale.localSize[0], uint32_t(1));
        const std::vector<uint32_t> constants{64};
        QCOMPARE(reflect(moduleOf("test_scale"), constants)->localSize[0], uint32_t(64));
        const Reflection add = reflect(moduleOf("test_add"), {}).value();
        QCOMPARE(add.bindings, (std::vector{Access::Read, Access::ReadWrite}));
        QCOMPARE(add.pushBytes, uint32_t(0));
        QCOMPARE(add.localSize[0], uint32_t(32));
    }

    void brokenModulesAreRefused()
    {
        const auto words = moduleOf("test_scale");
        std::vector<uint32_t> copy(words.begin(), words.end());
        QVERIFY(!reflect(std::span(copy).first(3), {}));
        QVERIFY(!reflect(std::span(copy).first(copy.size() - 3), {}));
        copy[0] ^= 1;
        QVERIFY(!reflect(copy, {}));
        copy[0] ^= 1;
        copy[5] = 0; // an instruction of no length
        QVERIFY(!reflect(copy, {}));
    }

private:
    static std::span<const uint32_t> moduleOf(std::string_view name)
    {
        const auto modules = testShaderModules();
        return std::ranges::find(modules, name, &ShaderModule::name)->words;
    }
};

QTEST_GUILESS_MAIN(TestShaders)
#include "tst_shaders.moc"
