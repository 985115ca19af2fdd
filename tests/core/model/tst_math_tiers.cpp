// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/os.h"
#include "core/generate/evaluate.h"
#include "core/graph/vulkan_backend.h"
#include "tests/core/golden.h"
#include "tests/core/gpu/gpu_fixture.h"

#include <cmath>

using namespace lathe;

namespace {

constexpr uint32_t kTokens = 64; // one prompt chunk, so that every matrix takes the tier's kernels

/// ln softmax
std::vector<double> logProbabilities(std::span<const float> logits)
{
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float logit : logits)
        sum += std::exp(logit - largest);
    std::vector<double> out(logits.begin(), logits.end());
    for (double &value : out)
        value -= largest + std::log(sum);
    return out;
}

} // namespace

/// The math tiers beside fp32 on the default model and 64 tokens of the recorded text: mean KL of the next
/// token against fp32 at most 1e-3 nats. (8 bits of activation alone make about 3e-3.)
class TestMathTiers : public QObject
{
    Q_OBJECT

private slots:
    void meanKl()
    {
        auto device = m_fixture.open();
        QVERIFY2(device, "no Vulkan device: install mesa-vulkan-drivers");
        const auto opened = ModelFile::open(os::dataFolder() / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf");
        VERIFY_RESULT(opened);
        const auto recorded = golden::File("smollm2/perplexity_nll.safetensors").ints("ids");
        const std::vector<uint32_t> ids(recorded.begin(), recorded.begin() + kTokens);
        const auto base = logits(*opened, device, MathTier::Fp32, ids);
        QCOMPARE(base.size(), size_t(kTokens));
        for (const MathTier tier : {MathTier::Fp16, MathTier::Dot}) {
            const auto other = logits(*opened, device, tier, ids);
            QCOMPARE(other.size(), size_t(kTokens));
            double sum = 0;
            for (size_t t = 0; t < kTokens; ++t)
                for (size_t v = 0; v < base[t].size(); ++v)
                    sum += std::exp(base[t][v]) * (base[t][v] - other[t][v]);
            const double mean = sum / kTokens;
            qInfo("%s: mean KL %.3g", tier == MathTier::Fp16 ? "fp16" : "dot", mean);
            QVERIFY(mean <= 1e-3);
            QVERIFY(base != other);
        }
        VERIFY_SILENT(m_fixture);
    }

private:
    static std::vector<std::vector<double>> logits(const std::shared_ptr<const ModelFile> &file,
                                                   const std::shared_ptr<gpu::Device> &device, MathTier tier,
                                                   const std::vector<uint32_t> &ids)
    {
        auto model = DeviceModel::load(file, createVulkanBackend(device, "vulkan:0", {tier, {}}), {});
        auto runner = Runner::create(*model, {{DType::F32, 1, 256}, true, kTokens});
        std::vector<std::vector<double>> rows;
        const auto sink = [&](size_t, uint32_t, std::span<const float> row) {
            rows.push_back(logProbabilities(row));
        };
        const auto done = evaluateLogits(**runner, {ids}, false, sink, {});
        if (!done)
            qWarning("%s", done.error().message().c_str());
        return rows;
    }

    gpu::ValidatedDevice m_fixture;
};

QTEST_GUILESS_MAIN(TestMathTiers)
#include "tst_math_tiers.moc"
