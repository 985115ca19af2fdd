// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/base/checked.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "core/base/thread_pool.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>

using namespace lathe;

class TestBase : public QObject
{
    Q_OBJECT

private slots:
    void checkedArithmeticRemembersOverflow()
    {
        QVERIFY((Checked(3) + 4 * Checked(5)).fits(23));
        QVERIFY(!(Checked(3) + 4 * Checked(5)).fits(22));
        QVERIFY(!(Checked(UINT64_MAX) + 1).ok());
        QVERIFY(!(Checked(uint64_t(1) << 33) * (uint64_t(1) << 33)).ok());
        QVERIFY(!((Checked(UINT64_MAX) + 1) * 0).ok());
        QVERIFY(!(Checked(1) - 2).ok());
        QCOMPARE(Checked(33).alignedTo(32).value().value(), uint64_t(64));
        QVERIFY(!Checked(UINT64_MAX - 3).alignedTo(32).ok());
    }

    void halvesRoundTrip()
    {
        for (uint32_t bits = 0; bits < 0x10000; ++bits) {
            const float value = halfToFloat(uint16_t(bits));
            if (std::isnan(value))
                QVERIFY(std::isnan(halfToFloat(floatToHalf(value))));
            else
                QCOMPARE(floatToHalf(value), uint16_t(bits));
        }
        QCOMPARE(floatToHalf(65519.0f), uint16_t(0x7BFF));
        QCOMPARE(floatToHalf(65520.0f), uint16_t(0x7C00));
        QCOMPARE(floatToHalf(0x1p-25f), uint16_t(0)); // tie to even
        QCOMPARE(floatToHalf(0x1.8p-25f), uint16_t(1));
        QCOMPARE(floatToBfloat(1.00390625f), uint16_t(0x3F80)); // tie to even
    }

    void utf8()
    {
        QVERIFY(isValidUtf8("a\u00e9\u20ac\U0001F600"));
        QVERIFY(!isValidUtf8("\xC0\x80"));
        QVERIFY(!isValidUtf8("\xED\xA0\x80"));
        QVERIFY(!isValidUtf8("\xF4\x90\x80\x80"));
        QCOMPARE(toValidUtf8("a\xFFz"), std::string("a\uFFFDz"));
        QCOMPARE(incompleteUtf8Tail("ab\xE2\x82"), size_t(2));
        QCOMPARE(incompleteUtf8Tail("ab\xE2\x82\xAC"), size_t(0));
        QCOMPARE(incompleteUtf8Tail("\xF0"), size_t(1));
        QCOMPARE(incompleteUtf8Tail("\xFF"), size_t(0));
    }

    void sha256OfKnownText()
    {
        const std::string text = "abc";
        const auto digest = sha256(std::as_bytes(std::span(text)));
        QVERIFY(digest);
        QCOMPARE(toHex(*digest),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")); // FIPS 180-4
    }

    void filesAppearWholeOrNotAtAll()
    {
        QTemporaryDir dir;
        const std::filesystem::path path = dir.filePath("a.txt").toStdString();
        QVERIFY(writeAtomically(path, "one", false));
        const auto again = writeAtomically(path, "two", false);
        QVERIFY(!again);
        QVERIFY(again.error().message().find("--force") != std::string::npos);
        QCOMPARE(*readText(path), std::string("one"));
        QVERIFY(writeAtomically(path, "two", true));
        QCOMPARE(*readText(path), std::string("two"));
        const auto broken = writeAtomically(path, true, [](const AppendBytes &append) -> Result<> {
            const std::string half = "half";
            LATHE_TRY(append(std::as_bytes(std::span(half))));
            return fail(Errc::Io, "x", "broke");
        });
        QVERIFY(!broken);
        QCOMPARE(*readText(path), std::string("two"));
        QCOMPARE(QDir(dir.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
        QVERIFY(!readText(path, 2));
        QCOMPARE(MappedFile::open(dir.filePath("none").toStdString()).error().code, Errc::NotFound);
        QVERIFY(!MappedFile::open(dir.path().toStdString()));
    }

    void parallelForCoversEachItemOnce()
    {
        for (unsigned threads : {1u, 2u, 5u}) {
            ThreadPool pool(threads);
            for (uint64_t count : {0u, 1u, 7u, 1000u}) {
                std::vector<std::atomic<int>> hits(count);
                pool.parallelFor(count, 3, [&](uint64_t begin, uint64_t end) {
                    for (uint64_t i = begin; i < end; ++i)
                        ++hits[i];
                });
                for (const auto &hit : hits)
                    QCOMPARE(hit.load(), 1);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
