// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/interactive_chat.h"

#include "app/engine/cli/format.h"
#include "app/engine/cli/line_input.h"
#include "app/engine/os_engine.h"
#include "core/base/bytes.h"

#include <array>

namespace lathe::cli {

namespace {

constexpr const char *kHelp =
    "/help           this list\n"
    "/history        the conversation so far\n"
    "/system TEXT    a new system prompt (none: the template's); forgets the conversation\n"
    "/again          answers the last question once more\n"
    "/reset          forgets the conversation\n"
    "/exit           leaves (also Ctrl+D)\n"
    "Ctrl+C stops an answer; twice at the prompt it leaves. The arrow keys fetch the lines before.\n"
    "A line that ends in \\ goes on.\n";

/// The conversation and what the user may do with it.
class Chat
{
public:
    Chat(Session &session, const Backend &backend, AnswerRequest settings, std::optional<std::string> system,
         ShowReasoning reasoning, Console &console)
        : m_session(session), m_backend(backend), m_request(std::move(settings)), m_reasoning(reasoning),
          m_console(console), m_system(std::move(system))
    {
        reset();
    }

    /// False: leave.
    bool handle(const std::string &line)
    {
        if (line.empty())
            return true;
        if (!line.starts_with('/')) {
            m_messages.push_back({{"role", "user"}, {"content", toValidUtf8(line)}});
            if (!ask())
                m_messages.erase(m_messages.size() - 1);
            return true;
        }
        const size_t space = line.find(' ');
        const std::string name = line.substr(0, space);
        const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
        for (const Row &row : kRows) {
            if (name == row.name)
                return (this->*row.run)(rest);
        }
        m_console.print("No command " + name + "; /help lists them.\n");
        return true;
    }

private:
    struct Row {
        const char *name;
        bool (Chat::*run)(const std::string &);
    };
    static const std::array<Row, 7> kRows;

    bool help(const std::string &)
    {
        m_console.print(kHelp);
        return true;
    }
    bool leave(const std::string &) { return false; }
    bool history(const std::string &)
    {
        for (const Json &message : m_messages)
            m_console.print(message["role"].get<std::string>() + ": " +
                            message["content"].get<std::string>() + "\n");
        return true;
    }
    bool forget(const std::string &)
    {
        reset();
        m_console.print("The conversation is forgotten.\n");
        return true;
    }
    bool system(const std::string &text)
    {
        m_system = text.empty() ? std::nullopt : std::optional(toValidUtf8(text));
        return forget({});
    }
    bool again(const std::string &)
    {
        const Json before = m_messages;
        if (!m_messages.empty() && m_messages.back()["role"] == "assistant")
            m_messages.erase(m_messages.size() - 1);
        if (m_messages.empty() || m_messages.back()["role"] != "user")
            m_console.print("There is no question yet.\n");
        else if (!ask())
            m_messages = before;
        return true;
    }

    void reset()
    {
        m_messages = Json::array();
        if (m_system)
            m_messages.push_back({{"role", "system"}, {"content", *m_system}});
    }

    /// Answers the last message; false: it failed, and the conversation is as it was.
    bool ask()
    {
        m_request.messages = m_messages;
        const CancelToken cancel;
        setInterruptToken(cancel);
        TaskContext task = m_console.task();
        task.cancel = cancel;
        const Result<Answer> answer = streamAnswer(m_session, m_request, m_reasoning, m_console, task);
        if (!answer) {
            m_console.print("\n");
            m_console.tell(answer.error().message());
            return false;
        }
        m_console.print("\n");
        if (answer->result.finish == Finish::Cancelled)
            m_console.note("Stopped.");
        tellHowItEnded(*answer, m_session, m_console);
        m_console.note(answerNote(*answer, m_backend));
        m_messages.push_back({{"role", "assistant"}, {"content", answer->result.text}});
        // Templates that know the field choose what the model sees of it; the others do not show it.
        if (!answer->result.reasoning.empty())
            m_messages.back()["reasoning_content"] = answer->result.reasoning;
        return true;
    }

    Session &m_session;
    const Backend &m_backend;
    AnswerRequest m_request;
    ShowReasoning m_reasoning;
    Console &m_console;
    std::optional<std::string> m_system;
    Json m_messages;
};

const std::array<Chat::Row, 7> Chat::kRows = {{{"/help", &Chat::help},
                                               {"/history", &Chat::history},
                                               {"/system", &Chat::system},
                                               {"/again", &Chat::again},
                                               {"/reset", &Chat::forget},
                                               {"/exit", &Chat::leave},
                                               {"/quit", &Chat::leave}}};

/// A line and those that go on from it.
Result<std::optional<std::string>> readMessage(LineInput &input)
{
    std::string message;
    for (const char *prompt = "> ";; prompt = ". ") {
        LATHE_ASSIGN(const std::optional<std::string> line, input.next(prompt));
        if (!line)
            return message.empty() ? std::nullopt : std::optional(message);
        if (!line->ends_with('\\'))
            return message + *line;
        message += line->substr(0, line->size() - 1) + "\n";
    }
}

/// Prints the parts of an answer as they come.
class AnswerPrinter
{
public:
    AnswerPrinter(ShowReasoning show, Console &console)
        : m_console(console), m_dimmed(os::outputIsTerminal() && os::terminalHasCodes()),
          m_shown(show == ShowReasoning::Always ||
                  (show == ShowReasoning::AtTerminal && os::outputIsTerminal()))
    {
    }

    void print(std::string_view reasoning, std::string_view text)
    {
        m_reasoningBytes += reasoning.size();
        m_textBytes += text.size();
        if (m_shown && !reasoning.empty())
            printReasoning(reasoning);
        if (text.empty())
            return;
        endReasoning();
        m_console.print(text);
    }

    /// What was held back to the end.
    void finish(const GenerateResult &result)
    {
        print(std::string_view(result.reasoning).substr(m_reasoningBytes),
              std::string_view(result.text).substr(m_textBytes));
        if (!m_dimmed)
            endReasoning();
    }

private:
    void printReasoning(std::string_view text)
    {
        if (!m_dimmed && !m_open)
            m_console.print("<think>\n");
        m_open = true;
        // Each piece ends its own dimming, so that an interrupt leaves the terminal as it was.
        m_console.print(m_dimmed ? "\x1b[2m" + std::string(text) + "\x1b[22m" : std::string(text));
    }

    void endReasoning()
    {
        if (m_open)
            m_console.print(m_dimmed ? "\n\n" : "\n</think>\n\n");
        m_open = false;
    }

    Console &m_console;
    bool m_dimmed;
    bool m_shown;
    bool m_open = false;
    size_t m_reasoningBytes = 0, m_textBytes = 0;
};

} // namespace

Result<Answer> streamAnswer(Session &session, const AnswerRequest &request, ShowReasoning reasoning,
                            Console &console, const TaskContext &task)
{
    AnswerPrinter printer(reasoning, console);
    GenerateEvents events;
    events.prompt = [&](uint32_t done, uint32_t total, uint32_t) {
        task.report("Reading the prompt", done, total);
        if (done == total)
            console.clearProgress();
    };
    events.shifted = [&](uint32_t dropped) {
        console.tell("[The context is full: the oldest " + std::to_string(dropped) + " tokens are dropped.]");
    };
    if (!console.json())
        events.token = [&](const TokenEvent &token) { printer.print(token.reasoning, token.text); };
    LATHE_ASSIGN(Answer done, answer(session, request, events, task));
    if (!console.json())
        printer.finish(done.result);
    return done;
}

void tellHowItEnded(const Answer &answer, const Session &session, Console &console)
{
    const GenerateResult &result = answer.result;
    if (result.reasoningTokens > 0 && result.reasoningTokens == result.ids.size())
        console.tell("[The answer ended inside its reasoning; --reasoning show prints it.]");
    if (answer.result.contextFull)
        console.tell("[The context of " + std::to_string(session.context()) +
                     " tokens is full: the answer ends here. --overflow shift drops the oldest tokens.]");
}

std::string answerNote(const Answer &answer, const Backend &backend)
{
    const GenerateResult &result = answer.result;
    std::string note = std::to_string(result.ids.size()) + " tokens";
    if (result.reasoningTokens > 0)
        note += " (" + std::to_string(result.reasoningTokens) + " of reasoning)";
    if (const double tps = result.tps(); tps > 0)
        note += ", " + fixed(tps, tps < 10 ? 2 : 1) + " tokens/s";
    note += ", first token " + fixed(result.ttftSeconds, 2) + " s";
    note += ", " + std::string(finishName(result.finish));
    note += " · " + std::string(backend.id());
    if (backend.name() != backend.id())
        note += " (" + std::string(backend.name()) + ")";
    return note + " · seed " + std::to_string(answer.seed);
}

Result<> interactiveChat(Session &session, const Backend &backend, const ChatOptions &options,
                         const SamplerSettings &sampler, Invocation &invocation)
{
    Console &console = invocation.console;
    const auto &file = session.model().file();
    LATHE_ASSIGN(AnswerRequest request, emptyRequest(options, invocation.common));
    request.sampler = sampler;
    request.messages = Json::array({{{"role", "user"}, {"content", "x"}}});
    LATHE_TRY(promptOf(file, request)); // a broken tokenizer or template shows before the first question
    console.note(file.config().name + " on " + std::string(backend.id()) + " (" +
                 std::string(backend.name()) + "). /help lists the commands.");
    Chat chat(session, backend, std::move(request), options.system, options.reasoning, console);
    LineInput input(console);
    for (;;) {
        setInterruptToken(CancelToken());
        LATHE_ASSIGN(const std::optional<std::string> line, readMessage(input));
        if (!line || !chat.handle(*line))
            return {};
    }
}

} // namespace lathe::cli
