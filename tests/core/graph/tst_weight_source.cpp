// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/weight_source.h"

#include "core/graph/host_backend.h"

#include <QTest>

using namespace lathe;

namespace {

struct Made final : WeightLoader {
    Result<std::vector<std::byte>> made;
    explicit Made(Result<std::vector<std::byte>> bytes) : made(std::move(bytes)) {}
    Result<std::vector<std::byte>> load() const override { return made; }
};

WeightSource source(uint32_t rows, uint32_t cols, std::span<const std::byte> data)
{
    WeightSource out{"blk.0.attn_q.weight", DType::F32, rows, cols, data};
    out.fileName = "layers.0.q";
    return out;
}

} // namespace

/// Where a weight's bytes come from: the file's, at any alignment, or a loader's.
class TestWeightSource : public QObject
{
    Q_OBJECT

private slots:
    void viewsAlignedBytesAndCopiesOthers()
    {
        alignas(8) std::byte buffer[40];
        for (size_t i = 0; i < sizeof buffer; ++i)
            buffer[i] = std::byte(i);
        for (size_t shift = 0; shift <= 8; ++shift) {
            const std::span data(buffer + shift, 24);
            const auto bytes = readWeight(source(2, 3, data));
            QVERIFY(bytes);
            QVERIFY(std::ranges::equal(bytes->view(), data));
            QCOMPARE(bytes->isOwned(), shift % 8 != 0);
            QCOMPARE(uintptr_t(bytes->view().data()) % 8, uintptr_t(0));
        }
    }

    void loaderMakesTheBytes()
    {
        WeightSource made = source(1, 2, {});
        const float values[] = {1.5f, -2};
        const auto bytes = std::as_bytes(std::span(values));
        made.loader = std::make_shared<Made>(std::vector<std::byte>(bytes.begin(), bytes.end()));
        made.vector = true;
        const auto read = readWeight(made);
        QVERIFY(read && read->isOwned() && std::ranges::equal(read->view(), bytes));
        const auto backend = createHostBackend(HostRung::Cpu, 1);
        QCOMPARE(backend->weightBytes(made), uint64_t(8));
        QVERIFY(backend->upload(std::span(&made, 1)));
        made.vector = false;
        const auto uploaded = backend->upload(std::span(&made, 1));
        QVERIFY(uploaded);
        QCOMPARE(backend->memory().weights, uint64_t(8));
    }

    void loaderErrorsNameTheTensor()
    {
        WeightSource made = source(1, 2, {});
        made.loader = std::make_shared<Made>(std::vector<std::byte>(7));
        QCOMPARE(readWeight(made).error().message(),
                 std::string("layers.0.q: gives 7 bytes for 8; get the file again"));
        const Error broken{Errc::Io, "a.safetensors", "is gone", "look for it"};
        made.loader = std::make_shared<Made>(tl::make_unexpected(broken));
        QCOMPARE(readWeight(made).error().message(), broken.message());
        const auto backend = createHostBackend(HostRung::Cpu, 1);
        QCOMPARE(backend->upload(std::span(&made, 1)).error().message(), broken.message());
        QCOMPARE(backend->memory().weights, uint64_t(0));
    }
};

QTEST_GUILESS_MAIN(TestWeightSource)
#include "tst_weight_source.moc"
