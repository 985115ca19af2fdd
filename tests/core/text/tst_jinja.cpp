// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/text/chat_template.h"

#include <QTest>
#include <cstdlib>
#include <ctime>
#include <map>

using namespace lathe;
using Json = nlohmann::ordered_json;

namespace {

const std::string kFolder = std::string(LATHE_TEST_DATA) + "/templates/";
const auto kNow = std::chrono::system_clock::from_time_t(1772694489); // 2026-03-05 07:08:09 UTC

} // namespace

/// Every construct against PyPI's Jinja2 as transformers sets it up (tests/tools/template_oracle.py).
class TestJinja : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        setenv("TZ", "UTC", 1);
        tzset();
    }

    void snippet_data()
    {
        QTest::addColumn<int>("index");
        m_snippets = readJson("snippets.json");
        QCOMPARE(m_snippets["rows"].size(), size_t(756));
        for (size_t i = 0; i < m_snippets["rows"].size(); ++i)
            QTest::newRow(m_snippets["rows"][i]["template"].get<std::string>().c_str()) << int(i);
    }
    void snippet()
    {
        QFETCH(int, index);
        const auto &row = m_snippets["rows"][size_t(index)];
        ChatTemplate::Options options;
        options.extra = m_snippets["variables"];
        options.now = kNow;
        compare(row, row["template"], m_snippets["messages"], options);
    }

    void corpus_data()
    {
        QTest::addColumn<int>("index");
        m_rendered = readJson("rendered.json");
        for (const auto &conversation : readJson("conversations.json"))
            m_conversations[conversation["name"].get<std::string>()] = conversation;
        QCOMPARE(m_rendered["rows"].size(), size_t(288));
        for (size_t i = 0; i < m_rendered["rows"].size(); ++i) {
            const auto &row = m_rendered["rows"][i];
            const std::string prompt = row["add_generation_prompt"] ? " + prompt" : "";
            QTest::newRow(
                (row["file"].get<std::string>() + ": " + row["conversation"].get<std::string>() + prompt)
                    .c_str())
                << int(i);
        }
    }
    void corpus()
    {
        QFETCH(int, index);
        const auto &row = m_rendered["rows"][size_t(index)];
        const auto &conversation = m_conversations[row["conversation"].get<std::string>()];
        ChatTemplate::Options options;
        options.addGenerationPrompt = row["add_generation_prompt"];
        options.bosToken = "<s>";
        options.eosToken = "</s>";
        options.tools = conversation.value("tools", Json());
        options.extra = conversation.value("extra", Json());
        options.now = kNow;
        compare(row, *readText(kFolder + "corpus/" + row["file"].get<std::string>()),
                conversation["messages"], options);
    }

private:
    static Json readJson(const std::string &name) { return Json::parse(*readText(kFolder + name)); }

    /// Ours equals the row's text, fails where Jinja fails, and passes raise_exception's words on.
    static void compare(const Json &row, const std::string &source, const Json &messages,
                        const ChatTemplate::Options &options)
    {
        const auto parsed = ChatTemplate::parse(source, "template");
        const auto text = parsed ? parsed->render(messages, options) : tl::unexpected(parsed.error());
        if (!row.contains("error")) {
            QVERIFY2(text, text ? "" : text.error().message().c_str());
            QCOMPARE(QString::fromStdString(*text), QString::fromStdString(row["text"]));
            const auto segments = parsed->renderSegments(messages, options);
            std::string joined;
            for (const auto &segment : *segments)
                joined += segment.text;
            QCOMPARE(joined, *text);
            return;
        }
        const std::string error = row["error"];
        QVERIFY2(!text, ("Jinja fails (" + error + "), ours gives: " + text.value_or("")).c_str());
        const std::string raised = "TemplateError: ";
        if (error.starts_with(raised))
            QVERIFY2(text.error().what.ends_with(": " + error.substr(raised.size())),
                     text.error().what.c_str());
    }

    Json m_snippets;
    Json m_rendered;
    std::map<std::string, Json> m_conversations;
};

QTEST_GUILESS_MAIN(TestJinja)
#include "tst_jinja.moc"
