// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/formats/printable.h"
#include "core/text/chat_template.h"
#include "tests/core/text/jinja_bombs.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>
#include <fstream>

using namespace lathe;

namespace {

const std::string kFolder = std::string(LATHE_TEST_DATA) + "/hostile/";

/// What tests/data/hostile/README.md allows one template.
constexpr qint64 kMaxMilliseconds = 2000;
constexpr uint64_t kMaxBytes = uint64_t(256) << 20;

/// The highest resident size of this process so far, or since the last reset.
uint64_t peakBytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::stoull(line.substr(6)) * 1024;
    return 0;
}

void resetPeak()
{
    std::ofstream("/proc/self/clear_refs") << "5";
}

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kMeasuresMemory = false; // freed blocks stay in the sanitizer's quarantine
#else
constexpr bool kMeasuresMemory = true;
#endif

struct Outcome {
    Result<std::string> text;
    qint64 milliseconds = 0;
    uint64_t bytes = 0;
};

Outcome outcomeOf(const std::string &source, const nlohmann::ordered_json &messages)
{
    resetPeak();
    const uint64_t before = peakBytes();
    QElapsedTimer timer;
    timer.start();
    Outcome outcome;
    const auto parsed = ChatTemplate::parse(source, "model.gguf");
    outcome.text = parsed ? parsed->render(messages, {}) : tl::unexpected(parsed.error());
    outcome.milliseconds = timer.elapsed();
    const uint64_t after = peakBytes();
    outcome.bytes = after > before ? after - before : 0;
    return outcome;
}

const nlohmann::ordered_json kMessages =
    nlohmann::ordered_json::parse(R"([{"role":"user","content":"Hello."}])");

/// Bombs beyond those of the folder: each must fail, with this in the message.
using Bomb = JinjaBomb;

std::string repeated(const std::string &text, size_t count)
{
    std::string out;
    for (size_t i = 0; i < count; ++i)
        out += text;
    return out;
}

std::vector<Bomb> bombs()
{
    const std::string spaces = "{% set big = ' ' * 16000000 %}";
    return {
        {"lists in lists",
         "{% set n = namespace(l=[]) %}{% for i in range(9999) %}{% set n.l = [n.l] %}{% endfor %}",
         "nests more than"},
        {"dicts in dicts",
         "{% set n = namespace(l={}) %}{% for i in range(9999) %}{% set n.l = {'a': n.l} %}{% endfor %}",
         "nests more than"},
        {"namespaces in a ring and a chain",
         "{% set n = namespace(l=none) %}{% for i in range(99999) %}{% set n.l = namespace(l=n.l, n=n) %}{% "
         "endfor %}"
         "{{ n }}",
         "steps"},
        {"a namespace in itself", "{% set n = namespace() %}{% set n.n = n %}{{ n }}", "levels deep"},
        {"many large strings",
         "{% set n = namespace(l=[]) %}" + spaces +
             "{% for i in range(99) %}{% set n.l = n.l + [big ~ i] %}{% endfor %}",
         "MiB"},
        {"output", spaces + "{{ big }}{{ big }}", "grows over 16 MiB"},
        {"search that turns back",
         "{% set a = 'a' * 8000000 %}{% set b = 'a' * 4000000 ~ 'b' %}{% for i in range(99999) %}{{ b in a "
         "}}{% endfor %}",
         "steps"},
        {"search from the right",
         "{% set a = 'a' * 8000000 %}{% set b = 'b' ~ 'a' * 4000000 %}{% for i in range(99999) %}"
         "{{ a.rsplit(b, 1)|length }}{% endfor %}",
         "steps"},
        {"characters of a long string", spaces + "{{ big|list|length }}", "more than"},
        {"lines of a long string", "{{ ('\\n' * 16000000).splitlines()|length }}", "more than"},
        {"pieces of a long string", "{{ ('a,' * 8000000).split(',')|length }}", "more than"},
        {"macro that calls its caller",
         "{% macro f() %}{% call f() %}{{ caller() }}{% endcall %}{% endmacro %}{{ f() }}", "levels deep"},
        {"macro through a namespace",
         "{% set n = namespace() %}{% macro f() %}{{ n.f() }}{% endmacro %}{% set n.f = f %}{{ f() }}",
         "levels deep"},
        {"macro that prints before it recurses",
         spaces + "{% macro f(x) %}{{ big }}{{ f(x) }}{% endmacro %}{{ f(1) }}", "MiB of memory"},
        {"recursive loop", "{% for i in [1] recursive %}{{ loop([i]) }}{% endfor %}", "levels deep"},
        {"nested brackets", "{{ " + repeated("[", 100000), "levels deep"},
        {"nested dicts", "{{ " + repeated("{1:", 100000), "levels deep"},
        {"nested nots", "{{ " + repeated("not ", 100000) + "1 }}", "levels deep"},
        {"nested signs", "{{ " + repeated("-", 100000) + "1 }}", "levels deep"},
        {"nested conditions", "{{ " + repeated("1 if 1 else ", 50000) + "1 }}", "levels deep"},
        {"chained conditions", "{{ 1 " + repeated("if 1 ", 100000) + "}}", "too many conditions"},
        {"chained filters", "{{ 1 " + repeated("|string", 100000) + "}}", "too many filters"},
        {"chained accesses", "{{ a" + repeated(".a", 100000) + "}}", "too many accesses"},
        {"chained powers", "{{ 1" + repeated("**1", 100000) + "}}", ""},
        {"nested targets", "{% set " + repeated("(", 100000), "levels deep"},
        {"nested blocks", repeated("{% if 1 %}", 90000), "levels deep"},
        {"wide format", "{{ '%*d' % (999999999, 1) }}", "format"},
        {"precise format", "{{ '%.999999d' % 1 }}", "digits"},
        {"wide brace format", "{{ '{:>999999999}'.format(1) }}", "format asks"},
        {"strftime widths", "{{ strftime_now('%9999999999d' * 999) }}", "too long"},
        {"indented JSON", "{{ [[[[1]]]]|tojson(indent=999999999) }}", "indents"},
        {"wide indent", "{{ 'a\nb'|indent(999999999) }}", "grows over"},
        {"slices", "{{ [1]|slice(999999999)|list|length }}", "more than"},
        {"batches", "{{ [1]|batch(999999999, 0)|list|length }}", "steps"},
        {"far range", "{{ range(-9223372036854775807, 9223372036854775807)|length }}", "at most"},
        {"sum of lists",
         "{{ [[1]*99999, [1]*99999, [1]*99999, [1]*99999, [1]*99999, [1]*99999]|sum(start=[])|length }}",
         "items"},
        {"keys",
         "{% set n = namespace(d={}) %}{% for i in range(99999) %}{% set n.d = dict(n.d, **{i|string: i}) "
         "%}{% endfor %}",
         "steps"},
        {"content cut into characters",
         "{{ (messages[0].content * 99999)|map('upper')|map('lower')|list|join(' ')|list|length }}",
         "more than"},
    };
}

} // namespace

class TestJinjaHostile : public QObject
{
    Q_OBJECT

private slots:
    void folder_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("expect");
        const auto cases = nlohmann::json::parse(*readText(kFolder + "cases.json"));
        for (const auto &one : cases["cases"]) {
            const std::string file = one["file"];
            if (file.starts_with("jinja/"))
                QTest::newRow(file.c_str())
                    << QString::fromStdString(file) << QString::fromStdString(one["expect"]);
        }
    }
    void folder()
    {
        QFETCH(QString, file);
        QFETCH(QString, expect);
        const Outcome outcome = outcomeOf(*readText(kFolder + file.toStdString()), kMessages);
        check(outcome);
        QVERIFY2(expect != "reject" || !outcome.text, "the template is accepted");
        QVERIFY2(expect != "accept" || outcome.text, "the template is rejected");
    }

    void bomb_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QString>("message");
        for (const Bomb &bomb : bombs())
            QTest::newRow(bomb.name) << QByteArray::fromStdString(bomb.source) << bomb.message;
        for (const JinjaBomb &bomb : costlyOperations())
            QTest::newRow(bomb.name) << QByteArray::fromStdString(bomb.source) << bomb.message;
    }
    void bomb()
    {
        QFETCH(QByteArray, source);
        QFETCH(QString, message);
        const Outcome outcome = outcomeOf(source.toStdString(), kMessages);
        check(outcome);
        if (message.isEmpty())
            return;
        QVERIFY2(!outcome.text, "the template is accepted");
        QVERIFY2(QString::fromStdString(outcome.text.error().message()).contains(message),
                 outcome.text.error().message().c_str());
    }

    /// What a message quotes is cut between characters, and stays one line.
    void messagesAreText()
    {
        for (const char *source :
             {"{{ raise_exception('a' ~ 'é' * 2000) }}", "{{ raise_exception('\n\x1b') }}",
              "{{ {}['aééééééééééééééééééééééééééééééééééééééééé'].x }}"}) {
            const Outcome outcome = outcomeOf(source, kMessages);
            check(outcome);
            QVERIFY(!outcome.text);
            const std::string line = outcome.text.error().message();
            QCOMPARE(line, printable(line, SIZE_MAX));
        }
    }

    void messagesNestedTooDeep()
    {
        nlohmann::ordered_json deep = "x";
        for (int i = 0; i < 5000; ++i)
            deep = nlohmann::ordered_json::array({std::move(deep)});
        const Outcome outcome = outcomeOf("{{ messages }}", nlohmann::ordered_json::array({deep}));
        QVERIFY(!outcome.text);
        QCOMPARE(outcome.text.error().what, "a value nests more than 100 levels deep");
    }

private:
    void check(const Outcome &outcome)
    {
        QVERIFY2(outcome.milliseconds < kMaxMilliseconds,
                 qPrintable(QString::number(outcome.milliseconds) + " ms"));
        if (kMeasuresMemory)
            QVERIFY2(outcome.bytes < kMaxBytes, qPrintable(QString::number(outcome.bytes >> 20) + " MiB"));
        if (outcome.text)
            return;
        const std::string line = outcome.text.error().message();
        QVERIFY2(line.starts_with("model.gguf: ") && line.find('\n') == std::string::npos, line.c_str());
        static const QRegularExpression kPlace("Line [0-9]+: |not valid UTF-8");
        QVERIFY2(QString::fromStdString(line).contains(kPlace), line.c_str());
    }
};

QTEST_GUILESS_MAIN(TestJinjaHostile)
#include "tst_jinja_hostile.moc"
