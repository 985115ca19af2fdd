// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/gguf.h"
#include "core/formats/gguf_writer.h"
#include "core/formats/printable.h"
#include "tests/core/formats/hostile_cases.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <sys/resource.h>

using namespace lathe;

namespace {

// Cases whose container is sound: the model's config and tensor map have to reject them.
constexpr std::string_view kLaterLayers[] = {
    "tensor_count_zero", "tensor_count_one_less", "kv_count_zero",     "arch_",
    "missing_",          "block_count_",          "embedding_length_", "attention.head_count",
    "feed_forward_len",  "wrong_shape_",
};

bool belongsToLaterLayer(const std::string &file)
{
    const size_t name = file.find('_');
    for (const std::string_view prefix : kLaterLayers)
        if (file.compare(name + 1, prefix.size(), prefix) == 0)
            return true;
    return false;
}

std::string readCase(const std::string &file)
{
    const auto text = readText(std::filesystem::path(LATHE_TEST_DATA) / "hostile" / file);
    if (!text)
        throw std::runtime_error(text.error().message());
    return *text;
}

Result<GgufFile> parseText(const std::string &bytes)
{
    return GgufFile::parse(std::as_bytes(std::span(bytes)), "memory");
}

/// Reads all that a file offers; the sum keeps the reads from being optimised away.
uint64_t touchAll(const GgufFile &file)
{
    uint64_t sum = 0;
    for (const auto &[key, value] : file.metadata()) {
        sum += key.size() + value.asU64().value_or(0) + uint64_t(value.asBool().value_or(false));
        sum += value.asString().value_or("").size() + (value.asF32() ? 1 : 0);
        for (const std::string_view text : value.asStrings().value_or(std::vector<std::string_view>()))
            sum += text.empty() ? 0 : uint8_t(text.back());
        sum += value.asIntegers().value_or(std::vector<int64_t>()).size();
        sum += value.asFloats().value_or(std::vector<float>()).size();
    }
    for (const GgufTensor &tensor : file.tensors())
        for (const std::byte b : tensor.data)
            sum += uint8_t(b);
    return sum;
}

} // namespace

class TestGgufHostile : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_control = readCase("gguf/000_control_valid.gguf");
#ifndef __SANITIZE_ADDRESS__ // which reserves terabytes
        const rlimit limit{uint64_t(1) << 30, uint64_t(1) << 30};
        QCOMPARE(setrlimit(RLIMIT_AS, &limit), 0);
#endif
    }

    void cases_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("expect");
        for (const HostileCase &row : hostileCases("gguf"))
            QTest::newRow(row.file.c_str()) << QByteArray(row.file.c_str()) << QByteArray(row.expect.c_str());
    }

    void cases()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, expect);
        const auto path = std::filesystem::path(LATHE_TEST_DATA) / "hostile" / file.toStdString();
        QElapsedTimer timer;
        timer.start();
        const Result<GgufFile> opened = GgufFile::open(path);
        if (opened)
            touchAll(*opened);
        QVERIFY(timer.elapsed() < 2000);
        if (expect == "accept" || belongsToLaterLayer(file.toStdString()))
            QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        else if (expect == "reject")
            QVERIFY(!opened);
        if (opened)
            return;
        QCOMPARE(opened.error().subject, path.string());
        QVERIFY(opened.error().what.size() > 10);
        QCOMPARE(opened.error().message(), printable(opened.error().message(), SIZE_MAX)); // one line
    }

    void everyPrefixIsRejected()
    {
        for (size_t length = 0; length < m_control.size(); length += length < 2048 ? 1 : 97)
            QVERIFY(!parseText(m_control.substr(0, length)));
    }

    /// Any byte of the header, changed: an error or a file whose every view lies inside the bytes.
    void changedBytes()
    {
        const size_t headerEnd = parseText(m_control)->tensors().front().offset;
        uint64_t sum = 0;
        for (size_t at = 0; at < headerEnd; ++at)
            for (const uint8_t change : {0x01, 0x80, 0xFF}) {
                std::string changed = m_control;
                changed[at] = char(uint8_t(changed[at]) ^ change);
                if (const Result<GgufFile> file = parseText(changed))
                    sum += touchAll(*file);
            }
        QVERIFY(sum > 0);
    }

    void faultsAreNamed_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("fault");
        const auto row = [](const char *file, const char *fault) {
            QTest::newRow(file) << QByteArray(file) << QByteArray(fault);
        };
        row("033_version_50331648", "big-endian");
        row("080_duplicate_key_different", "\"llama.embedding_length\" appears twice");
        row("063_kv_type_4294967295", "unknown value type 4294967295");
        row("076_array_nesting_3000", "array of arrays");
        row("152_offset_9223372036854775808", "tensor \"blk.0.ffn_norm.weight\" reaches past the end");
        row("155_offset_1", "no multiple of the alignment 32");
        row("157_offsets_overlap", "share bytes");
        row("160_tensor_type_4", "tensor \"blk.0.attn_q.weight\" has the type number 4");
        row("166_tensor_type_12_row_not_multiple", "rows of 17 elements, which Q4_K cannot store");
        row("168_tensor_name_duplicate", "tensor \"output_norm.weight\" appears twice");
        row("169_tensor_name_empty", "tensor 3 has no name");
        row("170_tensor_name_long", "tensor 3 has a name of 3000 bytes, more than 64");
        row("171_tensor_name_invalid_utf8", "tensor 3 has a name that is not plain UTF-8 text");
        row("190_alignment_3", "general.alignment");
        row("196_split_count_3", "split into 3 parts");
    }

    void faultsAreNamed()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, fault);
        const auto opened = parseText(readCase("gguf/" + file.toStdString() + ".gguf"));
        QVERIFY(!opened);
        const std::string message = opened.error().message();
        QVERIFY2(message.find(fault.toStdString()) != std::string::npos, message.c_str());
    }

    /// A file can claim only as many strings as it has bytes for; 100,000 empty ones cost what they take.
    void manyEmptyStrings()
    {
        GgufWriter writer;
        writer.setStrings("many", std::vector<std::string>(100'000));
        const std::string bytes = *writer.toBytes("memory");
        QCOMPARE(parseText(bytes)->getStrings("many")->size(), size_t(100'000));
        std::string more = bytes;
        const uint64_t claim = 100'001;
        more.replace(24 + 8 + 4 + 4 + 4, 8, reinterpret_cast<const char *>(&claim), 8);
        QVERIFY(!parseText(more));
    }

    /// A file with a hole is as long as it likes at no cost: what it claims to hold must be bounded by
    /// itself.
    void holes_data()
    {
        QTest::addColumn<GgufType>("type");
        QTest::addColumn<bool>("isArray");
        QTest::addColumn<qulonglong>("count");
        QTest::newRow("array of u8") << GgufType::U8 << true << 400'000'000ull;
        QTest::newRow("array of bools") << GgufType::Bool << true << 400'000'000ull;
        QTest::newRow("array of strings") << GgufType::String << true << 50'000'000ull;
        QTest::newRow("string") << GgufType::String << false << 400'000'000ull;
    }

    void holes()
    {
        QFETCH(GgufType, type);
        QFETCH(bool, isArray);
        QFETCH(qulonglong, count);
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "hole.gguf";
        std::string head("GGUF\3\0\0\0", 8);
        const auto append = [&](auto value) {
            head.append(reinterpret_cast<const char *>(&value), sizeof value);
        };
        append(uint64_t(0));
        append(uint64_t(1));
        append(uint64_t(1));
        head += 'k';
        if (isArray)
            append(uint32_t(GgufType::Array));
        append(uint32_t(type));
        append(uint64_t(count));
        QVERIFY(writeAtomically(path, head, false));
        std::filesystem::resize_file(path, 410'000'000);
        QElapsedTimer timer;
        timer.start();
        const auto opened = GgufFile::open(path);
        QVERIFY(timer.elapsed() < 2000);
        QVERIFY(!opened);
        QVERIFY2(opened.error().what.find("the limit") != std::string::npos, opened.error().what.c_str());
    }

    /// Names in any order and number are found, and one that is there twice is told.
    void names()
    {
        const std::vector<std::string_view> names = {"b", "", "ab", "a", "abc"};
        const NameIndex index(names);
        for (uint32_t i = 0; i < names.size(); ++i)
            QCOMPARE(index.find(names[i]), std::optional<uint32_t>(i));
        QVERIFY(!index.find("c") && !index.find("aa") && !index.duplicate());
        QCOMPARE(NameIndex({"x", "a", "x"}).duplicate(), std::optional<std::string_view>("x"));
        QVERIFY(!NameIndex().find(""));
    }

private:
    std::string m_control;
};

QTEST_GUILESS_MAIN(TestGgufHostile)
#include "tst_gguf_hostile.moc"
