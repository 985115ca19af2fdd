// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/printable.h"
#include "core/formats/safetensors.h"
#include "tests/core/formats/hostile_cases.h"
#include "tests/core/golden.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe;

namespace {

std::string withHeader(const std::string &header, const std::string &data = {})
{
    const uint64_t length = header.size();
    return std::string(reinterpret_cast<const char *>(&length), sizeof length) + header + data;
}

Result<SafetensorsFile> parseText(const std::string &text)
{
    return SafetensorsFile::parse(std::as_bytes(std::span(text)), "memory");
}

template <class T> std::span<const std::byte> bytesOf(const std::vector<T> &values)
{
    return std::as_bytes(std::span(values));
}

} // namespace

class TestSafetensors : public QObject
{
    Q_OBJECT

private slots:
    void readsWhatItWrote()
    {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("a.safetensors").toStdString();
        const std::vector<float> floats{1.5f, -2, 3, 4, 5, 6};
        const std::vector<int64_t> ids{7, -8};
        const std::vector<uint8_t> flags{1, 0, 1};
        const std::vector<SafetensorsTensor> tensors{{"flags", "BOOL", {3}, bytesOf(flags)},
                                                     {"w", "F32", {2, 3}, bytesOf(floats)},
                                                     {"none", "F16", {0, 4}, {}},
                                                     {"é \"ids\"", "I64", {2}, bytesOf(ids)}};
        QVERIFY(writeSafetensors(path, tensors, {{"format", "pt"}}, false));
        const golden::File file(path);
        QCOMPARE(file.tensors().size(), size_t(4));
        QCOMPARE(file.floats("w"), floats);
        QCOMPARE(file.shape("w"), (std::vector<uint64_t>{2, 3}));
        QCOMPARE(file.ints("é \"ids\""), ids);
        QCOMPARE(file.ints("flags"), (std::vector<int64_t>{1, 0, 1}));
        QCOMPARE(file.shape("none"), (std::vector<uint64_t>{0, 4}));
        QCOMPARE(SafetensorsFile::open(path)->metadata().at("format"), std::string("pt"));
        for (const SafetensorsTensor &tensor : file.tensors())
            QCOMPARE(uintptr_t(tensor.data.data()) % (*safetensorsBits(tensor.dtype) / 8), uintptr_t(0));
    }

    void writesTheSameBytes()
    {
        // The layout of the format's own library: wider elements first, then by name; header padded to 8.
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("a.safetensors").toStdString();
        const std::vector<uint8_t> u{9};
        const std::vector<float> f{1};
        const std::vector<SafetensorsTensor> tensors{{"u", "U8", {1}, bytesOf(u)},
                                                     {"f", "F32", {}, bytesOf(f)}};
        QVERIFY(writeSafetensors(path, tensors, {}, false));
        std::string header = R"({"f":{"dtype":"F32","shape":[],"data_offsets":[0,4]},)"
                             R"("u":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}})";
        header.resize(roundUpTo8(header.size()), ' ');
        QCOMPARE(*readText(path), withHeader(header, std::string("\0\0\x80\x3f\x09", 5)));
    }

    void writerRefuses()
    {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("a.safetensors").toStdString();
        const std::vector<float> f{1, 2};
        const auto write = [&](std::vector<SafetensorsTensor> tensors) {
            const Result<> result = writeSafetensors(path, tensors, {}, false);
            return result ? std::string() : result.error().message();
        };
        QVERIFY(write({{"a", "F32", {3}, bytesOf(f)}}).find("\"a\" has data that does not fit") !=
                std::string::npos);
        QVERIFY(write({{"a", "F31", {2}, bytesOf(f)}}).find("unknown dtype \"F31\"") != std::string::npos);
        QVERIFY(write({{"a\xFF", "F32", {2}, bytesOf(f)}}).find("a name that") != std::string::npos);
        QVERIFY(write({{"a", "F32", {2}, bytesOf(f)}, {"a", "F32", {2}, bytesOf(f)}}).find("twice") !=
                std::string::npos);
        QVERIFY(!std::filesystem::exists(path));
        QCOMPARE(write({{"a", "F32", {2}, bytesOf(f)}}), std::string());
        QVERIFY(!write({{"a", "F32", {2}, bytesOf(f)}}).empty()); // the file exists now
    }

    void malformedHeaders_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("fault");
        const char *fine = R"("dtype":"F32","shape":[1],"data_offsets":[0,4])";
        const auto tensor = [&](const char *fields) { return QByteArray("{\"a\":{") + fields + "}}"; };
        QTest::newRow("field twice") << tensor(
                                            R"("dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4])")
                                     << QByteArray("\"a\" has \"dtype\" twice");
        QTest::newRow("nul") << tensor(fine) + QByteArray(1, '\0') << QByteArray("not a JSON object");
        QTest::newRow("unknown field") << tensor(R"("stride":1)") << QByteArray("unknown field \"stride\"");
        QTest::newRow("nested shape") << tensor(R"("dtype":"F32","shape":[[1]],"data_offsets":[0,4])")
                                      << QByteArray("\"shape\" is an array");
        QTest::newRow("metadata twice") << QByteArray(R"({"__metadata__":{"k":"v","k":"v"}})")
                                        << QByteArray("metadata key \"k\" appears twice");
        QTest::newRow("tensor is null") << QByteArray(R"({"a":null})") << QByteArray("\"a\" is null");
        QTest::newRow("no shape") << tensor(R"("dtype":"F32","data_offsets":[0,4])")
                                  << QByteArray("has no \"shape\"");
        QTest::newRow("newline in the name")
            << QByteArray(R"({"a\nb":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}})")
            << QByteArray(R"(tensor "a\x0ab" has the unknown dtype "F31")");
    }

    void malformedHeaders()
    {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, fault);
        const auto file = parseText(withHeader(header.toStdString(), std::string(4, '\0')));
        QVERIFY(!file);
        QVERIFY2(file.error().message().find(fault.toStdString()) != std::string::npos,
                 file.error().message().c_str());
    }

    void hostile_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("expect");
        for (const HostileCase &row : hostileCases("safetensors"))
            QTest::newRow(row.file.c_str()) << QByteArray(row.file.c_str()) << QByteArray(row.expect.c_str());
    }

    void hostile()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, expect);
        const std::filesystem::path path = golden::dataPath("hostile/" + file.toStdString());
        QElapsedTimer timer;
        timer.start();
        const Result<SafetensorsFile> opened = SafetensorsFile::open(path);
        QVERIFY(timer.elapsed() < 2000);
        if (expect != "either")
            QVERIFY2(opened.has_value() == (expect == "accept"),
                     opened ? "" : opened.error().message().c_str());
        if (!opened) {
            QCOMPARE(opened.error().subject, path.string());
            QVERIFY(!opened.error().what.empty());
            QCOMPARE(opened.error().message(), printable(opened.error().message(), SIZE_MAX)); // one line
        }
    }

private:
    static size_t roundUpTo8(size_t n) { return (n + 7) / 8 * 8; }
};

QTEST_GUILESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
