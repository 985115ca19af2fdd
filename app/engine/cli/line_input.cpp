// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/line_input.h"

#include "app/engine/os_engine.h"

#include <cstdio>
#include <iostream>

namespace lathe::cli {

namespace {

constexpr const char *kPasteOn = "\x1b[?2004h", *kPasteOff = "\x1b[?2004l";

} // namespace

LineInput::LineInput(Console &console)
    : m_console(console), m_terminal(os::inputIsTerminal()),
      m_edits(m_terminal && os::outputIsTerminal() && os::terminalHasCodes())
{
}

Result<std::optional<std::string>> LineInput::next(std::string_view prompt)
{
    if (!m_edits)
        return plain(prompt);
    return edited(prompt);
}

/// After a Ctrl+C on an empty line: whether it was the second one.
bool LineInput::leaves()
{
    if (m_askedToLeave)
        return true;
    m_askedToLeave = true;
    m_console.print("Ctrl+C again leaves, /help lists the commands.\n");
    return false;
}

std::optional<std::string> LineInput::edited(std::string_view prompt)
{
    const os::RawTerminal raw;
    std::optional<std::string> line;
    m_console.print(kPasteOn + m_editor.draw(prompt, os::terminalColumns()));
    for (bool more = true; more;) {
        const std::optional<char> byte = os::readInputByte();
        const LineEditor::Event event = byte ? m_editor.feed(*byte) : LineEditor::Event::End;
        const bool typed = !m_editor.empty();
        if (event == LineEditor::Event::Interrupt) {
            m_console.print("^C\n");
            m_editor.clear();
            more = typed || !leaves();
        }
        if (typed)
            m_askedToLeave = false;
        if (event == LineEditor::Event::Line) {
            m_askedToLeave = false;
            line = m_editor.take();
        }
        more = more && event != LineEditor::Event::Line && event != LineEditor::Event::End;
        if (more)
            m_console.print(m_editor.draw(prompt, os::terminalColumns()));
    }
    m_console.print(std::string(kPasteOff) + "\n");
    return line;
}

Result<std::optional<std::string>> LineInput::plain(std::string_view prompt)
{
    for (;;) {
        if (m_terminal)
            m_console.print(prompt);
        std::string line;
        if (std::getline(std::cin, line)) {
            m_askedToLeave = false;
            return line;
        }
        if (!interruptToken().cancelled())
            return std::nullopt;
        if (!m_terminal)
            return fail(Errc::Cancelled, {}, "cancelled");
        m_console.print("\n");
        if (leaves())
            return std::nullopt;
        setInterruptToken(CancelToken());
        std::cin.clear();
        std::clearerr(stdin);
    }
}

} // namespace lathe::cli
