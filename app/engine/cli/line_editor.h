// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lathe::cli {

/// One line of input as it is typed into a terminal: keys in, text and what to draw out. Knows the arrow
/// keys, Home and End, the usual Ctrl keys (A E B F K U W H D P N), the lines before (in memory only, no file
/// holds what was asked) and bracketed paste, whose line breaks are part of the text. Draws one row and
/// scrolls in it sideways.
class LineEditor
{
public:
    enum class Event {
        Edit,      ///< go on; draw again
        Line,      ///< Enter: take()
        Interrupt, ///< Ctrl+C
        End,       ///< Ctrl+D on an empty line
    };

    /// Takes one byte from the terminal.
    Event feed(char byte);
    /// The line; it becomes the last one of the history, and the next line begins.
    std::string take();
    /// Forgets what was typed.
    void clear();
    bool empty() const { return m_cells.empty(); }

    /// Terminal codes that draw `prompt` (ASCII), the part of the line around the cursor that fits into
    /// `columns`, and put the cursor where it is.
    std::string draw(std::string_view prompt, unsigned columns) const;

private:
    using Cells = std::vector<std::string>; // one UTF-8 character each

    struct Key {
        std::string_view bytes;
        void (LineEditor::*run)();
    };
    static const std::vector<Key> &keys();

    bool takeEscape(char byte);
    void insert(char byte);
    void left();
    void right();
    void home();
    void end();
    void older();
    void newer();
    void backspace();
    void erase();
    void cutRest();
    void cutBefore();
    void cutWord();
    void beginPaste();
    void endPaste();
    void show(size_t entry);

    Cells m_cells;
    size_t m_cursor = 0;   // 0 … m_cells.size()
    std::string m_partial; // of a character
    std::string m_escape;  // of an escape sequence
    bool m_pasting = false;
    std::vector<Cells> m_history;
    size_t m_shown = 0; // m_history.size(): the line that is being written
    Cells m_written;    // it, while an older one is shown
};

} // namespace lathe::cli
