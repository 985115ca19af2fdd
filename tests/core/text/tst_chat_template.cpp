// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/text/chat_template.h"

#include <QTest>
#include <cstdlib>
#include <ctime>

using namespace lathe;
using Json = nlohmann::ordered_json;

namespace {

const std::string kData = LATHE_TEST_DATA;

Json readJson(const std::string &name)
{
    return Json::parse(*readText(kData + name));
}

Result<std::string> rendered(const std::string &source, const Json &messages,
                             const ChatTemplate::Options &options = {})
{
    const auto parsed = ChatTemplate::parse(source, "model.gguf");
    return parsed ? parsed->render(messages, options) : tl::unexpected(parsed.error());
}

/// Segments as "plain[content]plain".
std::string marked(const std::string &source, const Json &messages, const ChatTemplate::Options &options = {})
{
    const auto parsed = ChatTemplate::parse(source, "model.gguf");
    const auto segments = parsed ? parsed->renderSegments(messages, options) : tl::unexpected(parsed.error());
    if (!segments)
        return segments.error().message();
    std::string out;
    for (const auto &segment : *segments)
        out += segment.fromContent ? "[" + segment.text + "]" : segment.text;
    return out;
}

const Json kMessages = Json::parse(R"([{"role":"user","content":" Say <|im_end|> Ü! "}])");

} // namespace

class TestChatTemplate : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        setenv("TZ", "UTC", 1);
        tzset();
    }

    /// The default model's template: exact text of transformers.
    void smollm2_data()
    {
        QTest::addColumn<int>("index");
        m_smollm2 = readJson("/smollm2/chat_template.json");
        QCOMPARE(m_smollm2["rows"].size(), size_t(12));
        for (int i = 0; i < 12; ++i)
            QTest::newRow(std::to_string(i).c_str()) << i;
    }
    void smollm2()
    {
        QFETCH(int, index);
        const auto &row = m_smollm2["rows"][size_t(index)];
        ChatTemplate::Options options;
        options.addGenerationPrompt = row["add_generation_prompt"];
        const auto text = rendered(m_smollm2["template"], row["messages"], options);
        QVERIFY2(text, text ? "" : text.error().message().c_str());
        QCOMPARE(*text, row["text"].get<std::string>());
    }

    void segments_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *source, const char *expected) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(expected);
        };
        row("<{{ messages[0].role }}>", "<user>");
        row("<{{ messages[0].content }}>", "<[ Say <|im_end|> Ü! ]>");
        row("{% set c = messages[0].content %}{{ '<' + c + '>' }}", "<[ Say <|im_end|> Ü! ]>");
        row("{% set c = messages[0].content %}{{ '<' ~ c ~ '>' }}", "<[ Say <|im_end|> Ü! ]>");
        row("{% set c = messages[0].content %}{{ '<%s>' % c }}", "<[ Say <|im_end|> Ü! ]>");
        row("{% set c = messages[0].content %}{{ '<{}>'.format(c) }}", "<[ Say <|im_end|> Ü! ]>");
        row("{{ messages[0].content|trim }}.", "[Say <|im_end|> Ü!].");
        row("{{ messages[0].content.strip() }}.", "[Say <|im_end|> Ü!].");
        row("{{ messages[0].content.lstrip() }}.", "[Say <|im_end|> Ü! ].");
        row("{{ (messages[0].content ~ 'x').rstrip('x! ') }}.", "[ Say <|im_end|> Ü].");
        row("{{ messages[0].content|upper }}.", "[ SAY <|IM_END|> Ü! ].");
        row("{{ messages[0].content.title() }}.", "[ Say <|Im_End|> Ü! ].");
        row("{{ messages[0].content[1:4] }}.", "[Say].");
        row("{{ messages[0].content[::-1] }}.", "[ !Ü >|dne_mi|< yaS ].");
        row("{{ messages[0].content[-3] }}.", "[Ü].");
        row("{{ messages[0].content.split('<|')[1] }}.", "[im_end|> Ü! ].");
        row("{{ messages[0].content.split()|join('+') }}.", "[Say]+[<|im_end|>]+[Ü!].");
        row("{{ messages[0].content.rsplit(' ', 2)[0] }}.", "[ Say <|im_end|>].");
        row("{{ messages[0].content.partition('Say')|join('/') }}", "[ ]/[Say]/[ <|im_end|> Ü! ]");
        row("{{ messages[0].content|replace('Say', 'A') }}.", "[ ]A[ <|im_end|> Ü! ].");
        row("{{ 'a-b'|replace('-', messages[0].content) }}.", "a[ Say <|im_end|> Ü! ]b.");
        row("{{ messages[0].content.replace('Say ', '') }}.", "[ <|im_end|> Ü! ].");
        row("{{ messages[0].content|tojson }}.", "\"[ Say <|im_end|> Ü! ]\".");
        row("{{ messages[0]|tojson }}", "{\"role\": \"user\", \"content\": \"[ Say <|im_end|> Ü! ]\"}");
        row("{{ [messages[0].content] }}", "['[ Say <|im_end|> Ü! ]']");
        row("{{ messages[0].content|list|first }}.", "[ ].");
        row("{% for c in messages[0].content %}{{ c }}{% endfor %}.", "[ Say <|im_end|> Ü! ].");
        row("{{ messages[0].content|indent(2, true) }}.", "  [ Say <|im_end|> Ü! ].");
        row("{{ messages[0].content.strip().center(20) }}.", " [Say <|im_end|> Ü!]  .");
        row("{{ messages|map(attribute='content')|join }}.", "[ Say <|im_end|> Ü! ].");
        row("{% set ns = namespace(t='<') %}{% set ns.t = ns.t + messages[0].content %}{{ ns.t }}",
            "<[ Say <|im_end|> Ü! ]");
        row("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(messages[0].content) }}", "<[ Say <|im_end|> Ü! ]>");
        row("{% set x %}<{{ messages[0].content }}>{% endset %}{{ x|trim }}", "<[ Say <|im_end|> Ü! ]>");
        row("{% filter upper %}a{{ messages[0].content }}{% endfilter %}", "A[ SAY <|IM_END|> Ü! ]");
        row("{{ messages[0].content * 2 }}", "[ Say <|im_end|> Ü!  Say <|im_end|> Ü! ]");
        row("{{ messages[0].content|e }}", "[ Say &lt;|im_end|&gt; Ü! ]");
        row("{{ messages[0].content|length }}{{ messages[0].content == ' Say' }}", "19False");
    }
    void segments()
    {
        QFETCH(QString, source);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(marked(source.toStdString(), kMessages)), expected);
    }

    void segmentsOfToolCalls()
    {
        const Json messages = Json::parse(
            R"([{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"a<|x|>":[1,"b"]}}}]}])");
        QCOMPARE(QString::fromStdString(
                     marked("{{ messages[0].tool_calls[0].function.arguments|tojson }}", messages)),
                 QString("{\"[a<|x|>]\": [1, \"[b]\"]}"));
    }

    void errors_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *source, const char *message) {
            QTest::newRow(message) << QByteArray(source) << QString::fromUtf8(message);
        };
        row("a\n\n{{ x|foo }}", "Line 3: unknown filter ‘foo’");
        row("{% if x is bar %}{% endif %}", "Line 1: unknown test ‘bar’");
        row("\n{% frobnicate %}", "Line 2: unknown tag ‘frobnicate’");
        row("{% if x %}\n", "Line 1: the template ends where ‘{% endif %}’ is due");
        row("{{ a b }}", "Line 1: expected ‘}}’, found ‘b’");
        row("\n{{ missing.content }}", "Line 2: ‘missing’ is undefined");
        row("{{ messages[0].text.strip() }}", "Line 1: ‘dict’ has no element ‘text’");
        row("{{ messages[7].content }}", "Line 1: ‘list’ has no element 7");
        row("{{ 'a' +\n 1 }}", "Line 2: ‘+’ does not go with ‘str’ and ‘int’");
        row("{{ 1 // 0 }}", "Line 1: division by zero");
        row("{{ raise_exception('Roles must alternate!\nReally') }}", "Line 1: Roles must alternate! Really");
        row("{% set a = [] %}\n{{ a.append(1) }}",
            "Line 2: ‘append’ would change a value, which templates may not");
        row("{% include 'a' %}", "Line 1: ‘include’ is not available in chat templates, which stand alone");
        row("{{ messages|trim(1, 2) }}", "Line 1: ‘trim’ takes at most 1 arguments");
        row("{{ [1, none]|sort }}", "Line 1: cannot order ‘NoneType’ and ‘int’");
        row("{{ f() }}", "Line 1: ‘f’ is undefined");
        row("{{ messages|tojson(nonsense=1) }}", "Line 1: ‘tojson’ takes no argument ‘nonsense’");
        row("{{ \xFF }}", "the template is not valid UTF-8");
    }
    void errors()
    {
        QFETCH(QByteArray, source);
        QFETCH(QString, message);
        const auto text = rendered(source.toStdString(), kMessages);
        QVERIFY(!text);
        QCOMPARE(text.error().subject, std::string("model.gguf"));
        QCOMPARE(QString::fromStdString(text.error().what), message);
    }

    void variables()
    {
        ChatTemplate::Options options;
        options.addGenerationPrompt = false;
        options.bosToken = "<s>";
        options.eosToken = "</s>";
        options.extra = {{"enable_thinking", false}, {"bos_token", "<b>"}};
        const auto text = rendered("{{ bos_token }}{{ eos_token }}{{ add_generation_prompt }}{{ tools }}"
                                   "{{ enable_thinking }}{{ documents }}{{ other is defined }}",
                                   kMessages, options);
        QVERIFY2(text, text ? "" : text.error().message().c_str());
        QCOMPARE(*text, std::string("<b></s>FalseNoneFalseNoneFalse"));
    }

    void clock()
    {
        ChatTemplate::Options options;
        // 2026-03-05 07:08:09 UTC, a Thursday
        options.now = std::chrono::system_clock::from_time_t(1772694489);
        const auto text =
            rendered("{{ strftime_now('%d %b %Y|%-d %B %y|%A %a|%H:%M:%S|%I %p|%j|%Y-%m-%d|%F %T|%%|%Q') }}",
                     kMessages, options);
        QVERIFY2(text, text ? "" : text.error().message().c_str());
        QCOMPARE(*text, std::string("05 Mar 2026|5 March 26|Thursday Thu|07:08:09|07 AM|064|2026-03-05|"
                                    "2026-03-05 07:08:09|%|%Q"));
    }

    void oneTemplateTwice()
    {
        const auto parsed = ChatTemplate::parse("{% set n = namespace(c=0) %}{% for m in messages %}"
                                                "{% set n.c = n.c + 1 %}{% endfor %}{{ n.c }}",
                                                "model.gguf");
        QVERIFY(parsed);
        const Json two = Json::array({kMessages[0], kMessages[0]});
        QCOMPARE(parsed->render(two, {}), Result<std::string>("2"));
        QCOMPARE(parsed->render(kMessages, {}), Result<std::string>("1"));
    }

    /// A long conversation stays far below the limits.
    void longConversation()
    {
        Json messages = Json::array();
        for (int i = 0; i < 4000; ++i)
            messages.push_back({{"role", i % 2 ? "assistant" : "user"}, {"content", std::string(2000, 'x')}});
        const auto text = rendered(readJson("/smollm2/chat_template.json")["template"], messages);
        QVERIFY2(text, text ? "" : text.error().message().c_str());
        QVERIFY(text->size() > size_t(4000) * 2000);
    }

private:
    Json m_smollm2;
};

QTEST_GUILESS_MAIN(TestChatTemplate)
#include "tst_chat_template.moc"
