// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/cli/console.h"
#include "app/engine/cli/line_editor.h"

#include <optional>

namespace lathe::cli {

/// The lines of an interactive command: edited on a terminal, as they come from a file or pipe.
class LineInput
{
public:
    explicit LineInput(Console &console);

    /// The next line without its end; nothing at the end of the input. On a terminal `prompt` stands before
    /// it, Ctrl+C forgets what was typed, and twice on an empty line is the end. Error elsewhere: Cancelled.
    Result<std::optional<std::string>> next(std::string_view prompt);

private:
    std::optional<std::string> edited(std::string_view prompt);
    Result<std::optional<std::string>> plain(std::string_view prompt);
    bool leaves();

    Console &m_console;
    bool m_terminal;
    bool m_edits;
    bool m_askedToLeave = false;
    LineEditor m_editor;
};

} // namespace lathe::cli
