// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/interactive_chat.h"

#include "app/engine/cli/format.h"
#include "app/engine/os_engine.h"
#include "core/base/bytes.h"

#include <array>
#include <iostream>

namespace lathe::cli {

namespace {

constexpr const char *kHelp =
    "/help           this list\n"
    "/history        the conversation so far\n"
    "/system TEXT    a new system prompt (none: the template's); forgets the conversation\n"
    "/again          answers the last question once more\n"
    "/reset          forgets the conversation\n"
    "/exit           leaves (also Ctrl+D)\n"
    "Ctrl+C stops an answer; twice at the prompt it leaves. A line that ends in \\ goes on.\n";

/// The conversation and what the user may do with it.
class Chat
{
public:
    Chat(Session &session, const Backend &backend, AnswerRequest settings, std::optional<std::string> system,
         Console &console)
        : m_session(session), m_backend(backend), m_request(std::move(settings)), m_console(console),
          m_system(std::move(system))
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
            ask();
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
        if (!m_messages.empty() && m_messages.back()["role"] == "assistant")
            m_messages.erase(m_messages.size() - 1);
        if (m_messages.empty() || m_messages.back()["role"] != "user")
            m_console.print("There is no question yet.\n");
        else
            ask();
        return true;
    }

    void reset()
    {
        m_messages = Json::array();
        if (m_system)
            m_messages.push_back({{"role", "system"}, {"content", *m_system}});
    }

    /// Answers the last message. One that fails leaves the conversation as it was before the question.
    void ask()
    {
        m_request.messages = m_messages;
        const CancelToken cancel;
        setInterruptToken(cancel);
        TaskContext task = m_console.task();
        task.cancel = cancel;
        const Result<Answer> answer = streamAnswer(m_session, m_request, m_console, task);
        if (!answer) {
            m_console.print("\n");
            m_console.note(answer.error().message());
            m_messages.erase(m_messages.size() - 1);
            return;
        }
        m_console.print("\n");
        if (answer->result.finish == Finish::Cancelled)
            m_console.note("Stopped.");
        if (answer->result.contextFull)
            m_console.note("The context is full (" + std::to_string(m_session.context()) +
                           " tokens). The answer ended here.");
        m_console.note(answerNote(*answer, m_backend));
        m_messages.push_back({{"role", "assistant"}, {"content", answer->result.text}});
    }

    Session &m_session;
    const Backend &m_backend;
    AnswerRequest m_request;
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

} // namespace

Result<Answer> streamAnswer(Session &session, const AnswerRequest &request, Console &console,
                            const TaskContext &task)
{
    GenerateEvents events;
    events.prompt = [&](uint32_t done, uint32_t total, uint32_t) {
        task.report("Reading the prompt", done, total);
        if (done == total)
            console.clearProgress();
    };
    events.shifted = [&](uint32_t dropped) {
        console.note("[The context is full: the oldest " + std::to_string(dropped) + " tokens are dropped.]");
    };
    size_t shown = 0;
    if (!console.json())
        events.token = [&](const TokenEvent &token) {
            console.print(token.text);
            shown += token.text.size();
        };
    LATHE_ASSIGN(Answer done, answer(session, request, events, task));
    if (!console.json())
        console.print(
            std::string_view(done.result.text).substr(shown)); // what was held back for a stop string
    return done;
}

std::string answerNote(const Answer &answer, const Backend &backend)
{
    const GenerateResult &result = answer.result;
    std::string note = std::to_string(result.ids.size()) + " tokens";
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
                         Invocation &invocation)
{
    Console &console = invocation.console;
    const bool terminal = os::inputIsTerminal();
    const auto &file = session.model().file();
    LATHE_ASSIGN(AnswerRequest request, emptyRequest(options, invocation.common));
    request.messages = Json::array({{{"role", "user"}, {"content", "x"}}});
    LATHE_TRY(promptIds(file, request)); // a broken tokenizer or template shows before the first question
    console.note(file.config().name + " on " + std::string(backend.id()) + " (" +
                 std::string(backend.name()) + "). /help lists the commands.");
    Chat chat(session, backend, std::move(request), options.system, console);
    for (;;) {
        setInterruptToken(CancelToken());
        if (terminal)
            console.print("> ");
        std::string line, part;
        bool more = true;
        while (more && std::getline(std::cin, part)) {
            more = part.ends_with('\\');
            line += more ? part.substr(0, part.size() - 1) + "\n" : part;
        }
        if (more && line.empty())
            break;
        if (!chat.handle(line))
            break;
    }
    return {};
}

} // namespace lathe::cli
