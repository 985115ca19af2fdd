// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/reasoning.h"

#include <QTest>

using namespace lathe;
using Begin = ReasoningStream::Begin;

/// The parts of an answer, however its text is cut into pieces.
class TestReasoning : public QObject
{
    Q_OBJECT

private slots:
    void templates_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("open"); ///< empty: no tags
        QTest::newRow("none") << "{{ messages[0]['content'] }}"
                              << "";
        QTest::newRow("closes only") << "{% set c = c.split('</think>')[-1] %}"
                                     << "<think>";
        QTest::newRow("opens only") << "{{ '<|Assistant|><think>\\n' }}"
                                    << "<think>";
        QTest::newRow("in brackets") << "{{ '[THINK]' + m + '[/THINK]' }}"
                                     << "[THINK]";
        QTest::newRow("with a prefix") << "{{ '<seed:think>' }}"
                                       << "<seed:think>";
        QTest::newRow("another word") << "{{ '<thinking>' }}"
                                      << "";
    }
    void templates()
    {
        QFETCH(QString, source);
        QFETCH(QString, open);
        const auto tags = reasoningTags(source.toStdString());
        QCOMPARE(tags ? QString::fromStdString(std::string(tags->open)) : QString(), open);
    }

    void prompts()
    {
        const ReasoningTags tags{"<think>", "</think>"};
        QVERIFY(opensReasoning(tags, "<|Assistant|><think>\n"));
        QVERIFY(opensReasoning(tags, "<think>"));
        QVERIFY(!opensReasoning(tags, "<think>\n\n</think>\n\n"));
        QVERIFY(!opensReasoning(tags, "<think>a"));
        QVERIFY(!opensReasoning(tags, ""));
    }

    void parts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("begin");
        QTest::addColumn<QString>("reasoning");
        QTest::addColumn<QString>("answer");
        QTest::addColumn<bool>("closed");
        const auto row = [](const char *name, const char *text, Begin begin, const char *reasoning,
                            const char *answer, bool closed) {
            QTest::newRow(name) << text << int(begin) << reasoning << answer << closed;
        };
        const Begin any = Begin::Undecided, open = Begin::Reasoning, answered = Begin::Answer;
        row("both", "<think>\nFirst,\nthen.\n</think>\n\nThe answer.", any, "First,\nthen.", "The answer.",
            true);
        row("no white space", "<think>a</think>b", any, "a", "b", true);
        row("white space before", "\n <think>a</think> b ", any, "a", "b ", true);
        row("empty reasoning", "<think>\n\n</think>\n\nb", any, "", "b", true);
        row("no answer", "<think>a\n</think>\n\n", any, "a", "", true);
        row("no reasoning", "The answer.", any, "", "The answer.", false);
        row("white space kept", "\n\n The answer. \n", any, "", "\n\n The answer. \n", false);
        row("nothing", "", any, "", "", false);
        row("only white space", "\n", any, "", "\n", false);
        row("almost a tag", "<thinner> is <think> no", any, "", "<thinner> is <think> no", false);
        row("a beginning of a tag", "<thi", any, "", "<thi", false);
        row("tags in the answer", "Say <think>a</think>.", any, "", "Say <think>a</think>.", false);
        row("tags after the reasoning", "<think>a</think>b <think>c</think>", any, "a", "b <think>c</think>",
            true);
        row("never closed", "<think>\na and\nb", any, "a and\nb", "", false);
        row("ends in the closing tag", "<think>a </thi", any, "a </thi", "", false);
        row("almost the closing tag", "<think>a </thinks> </b </think>c", any, "a </thinks> </b", "c", true);
        row("the prompt opened it", "a\n</think>\n\nb", open, "a", "b", true);
        row("opened and closed at once", "</think>b", open, "", "b", true);
        row("opened twice", "\n<think>\na</think>b", open, "a", "b", true);
        row("opened, never closed", "a b", open, "a b", "", false);
        row("opened, almost a tag", "<thin a</think>b", open, "<thin a", "b", true);
        row("opened, nothing comes", "", open, "", "", false);
        row("an answer goes on", "<think>a</think>b", answered, "", "<think>a</think>b", false);
        row("characters of many bytes", "<think>é 日\n</think>ü", any, "é 日", "ü", true);
    }
    void parts()
    {
        QFETCH(QString, text);
        QFETCH(int, begin);
        QFETCH(bool, closed);
        const std::string whole = text.toStdString();
        const ReasoningTags tags{"<think>", "</think>"};
        // Whole, every cut into two, and byte by byte.
        for (size_t cut = 0; cut <= whole.size() + 1; ++cut) {
            ReasoningStream stream(tags, Begin(begin));
            std::string reasoning, answer;
            const auto take = [&](const ReasoningStream::Parts &given) {
                reasoning += given.reasoning;
                answer += given.answer;
            };
            if (cut <= whole.size()) {
                take(stream.add(whole.substr(0, cut)));
                take(stream.add(whole.substr(cut)));
            } else {
                for (const char c : whole)
                    take(stream.add(std::string(1, c)));
            }
            QCOMPARE(stream.closed(), closed);
            take(stream.flush());
            QTEST(QString::fromStdString(reasoning), "reasoning");
            QTEST(QString::fromStdString(answer), "answer");
        }
    }

    void whatIsCertainComesAtOnce()
    {
        ReasoningStream stream(ReasoningTags{"<think>", "</think>"});
        QCOMPARE(stream.add("<think>\nI see").reasoning, std::string("I see"));
        QVERIFY(stream.inReasoning());
        QCOMPARE(stream.add(", so <").reasoning, std::string(", so"));
        QCOMPARE(stream.add("b>").reasoning, std::string(" <b>"));
        const auto parts = stream.add("</think>\nYes");
        QCOMPARE(parts.reasoning, std::string());
        QCOMPARE(parts.answer, std::string("Yes"));
        QVERIFY(!stream.inReasoning());
        QCOMPARE(stream.add(" or < no").answer, std::string(" or < no"));
    }

    void withoutTagsAllIsAnswer()
    {
        ReasoningStream stream;
        QCOMPARE(stream.add("<think>a</think>b").answer, std::string("<think>a</think>b"));
        QVERIFY(!stream.inReasoning() && !stream.closed());
    }
};

QTEST_GUILESS_MAIN(TestReasoning)
#include "tst_reasoning.moc"
