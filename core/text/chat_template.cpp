// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/chat_template.h"

#include "core/formats/printable.h"
#include "core/text/jinja/json_values.h"
#include "core/text/jinja/template.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr size_t kMaxMessage = 500;

/// A fault on one line of text, whatever the template wrote into it.
tl::unexpected<Error> failAs(const jinja::Fault &fault, const std::string &subject, std::string remedy)
{
    std::string what = fault.line > 0 ? "Line " + std::to_string(fault.line) + ": " : std::string();
    what += fault.what;
    std::replace_if(
        what.begin(), what.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return fail(Errc::BadInput, subject, printable(what, kMaxMessage), std::move(remedy));
}

} // namespace

struct ChatTemplate::State {
    std::string source;
    std::string subject;
    jinja::Template parsed;
};

namespace {

/// The variables of apply_chat_template.
jinja::Template::Variables variablesOf(jinja::Machine &machine, const nlohmann::ordered_json &messages,
                                       const ChatTemplate::Options &options)
{
    jinja::Template::Variables variables = {
        {"messages", jinja::messagesFromJson(machine, messages)},
        {"add_generation_prompt", jinja::Value(options.addGenerationPrompt)},
        {"bos_token", machine.text(options.bosToken)},
        {"eos_token", machine.text(options.eosToken)},
        {"tools", jinja::valueFromJson(machine, options.tools)},
        {"documents", jinja::Value(jinja::None{})},
    };
    if (!options.extra.is_null() && !options.extra.is_object())
        machine.fail("further variables are given as an object");
    for (const auto &[name, value] : options.extra.items())
        variables.emplace_back(name, jinja::valueFromJson(machine, value));
    return variables;
}

/// Renders, and hands the text over while its budget is alive.
template <class T, class Take>
Result<T> rendered(const jinja::Template &parsed, const std::string &subject,
                   const nlohmann::ordered_json &messages, const ChatTemplate::Options &options, Take take)
{
    try {
        jinja::Machine machine{jinja::Limits()};
        machine.now = options.now;
        return take(*parsed.render(machine, variablesOf(machine, messages, options)));
    } catch (const jinja::Fault &fault) {
        return failAs(fault, subject, "use another chat template or change the conversation");
    } catch (const std::bad_alloc &) {
        return fail(Errc::OutOfMemory, subject, "not enough memory to apply the chat template");
    }
}

} // namespace

Result<ChatTemplate> ChatTemplate::parse(std::string source, std::string subject)
{
    try {
        jinja::Template parsed(source);
        return ChatTemplate(
            std::make_shared<const State>(State{std::move(source), std::move(subject), std::move(parsed)}));
    } catch (const jinja::Fault &fault) {
        return failAs(fault, subject, "correct the chat template or use another one");
    }
}

Result<std::string> ChatTemplate::render(const nlohmann::ordered_json &messages, const Options &options) const
{
    return rendered<std::string>(m_state->parsed, m_state->subject, messages, options,
                                 [](const jinja::Text &text) { return text.bytes; });
}

Result<std::vector<ChatTemplate::Segment>>
ChatTemplate::renderSegments(const nlohmann::ordered_json &messages, const Options &options) const
{
    return rendered<std::vector<Segment>>(
        m_state->parsed, m_state->subject, messages, options, [](const jinja::Text &text) {
            std::vector<Segment> segments;
            forEachRun(text, 0, text.bytes.size(), [&segments](const jinja::Run &run) {
                segments.push_back({std::string(run.bytes), run.content});
            });
            return segments;
        });
}

const std::string &ChatTemplate::source() const
{
    return m_state->source;
}

} // namespace lathe
