// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/line_editor.h"

#include "core/base/bytes.h"

#include <algorithm>
#include <utf8proc.h>

namespace lathe::cli {

namespace {

constexpr char kCtrlC = 3, kCtrlD = 4, kEscape = 27;

/// What stands for a character on the screen, and how many columns it takes.
struct Shown {
    std::string_view text;
    unsigned columns = 1;
};

Shown shown(const std::string &cell)
{
    if (cell == "\n")
        return {"↵", 1};
    if (cell == "\t")
        return {" ", 1};
    utf8proc_int32_t codepoint = 0;
    utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t *>(cell.data()), utf8proc_ssize_t(cell.size()),
                     &codepoint);
    return {cell, unsigned(std::max(utf8proc_charwidth(codepoint), 0))};
}

bool isSpace(const std::string &cell)
{
    return cell == " " || cell == "\t" || cell == "\n";
}

} // namespace

const std::vector<LineEditor::Key> &LineEditor::keys()
{
    using E = LineEditor;
    static const std::vector<Key> kKeys{
        {"\x01", &E::home},          {"\x1b[H", &E::home},   {"\x1b[1~", &E::home},
        {"\x1bOH", &E::home},        {"\x05", &E::end},      {"\x1b[F", &E::end},
        {"\x1b[4~", &E::end},        {"\x1bOF", &E::end},    {"\x02", &E::left},
        {"\x1b[D", &E::left},        {"\x1bOD", &E::left},   {"\x06", &E::right},
        {"\x1b[C", &E::right},       {"\x1bOC", &E::right},  {"\x10", &E::older},
        {"\x1b[A", &E::older},       {"\x1bOA", &E::older},  {"\x0e", &E::newer},
        {"\x1b[B", &E::newer},       {"\x1bOB", &E::newer},  {"\x7f", &E::backspace},
        {"\x08", &E::backspace},     {"\x1b[3~", &E::erase}, {"\x0b", &E::cutRest},
        {"\x15", &E::cutBefore},     {"\x17", &E::cutWord},  {"\x1b[200~", &E::beginPaste},
        {"\x1b[201~", &E::endPaste},
    };
    return kKeys;
}

LineEditor::Event LineEditor::feed(char byte)
{
    if (!m_escape.empty() || byte == kEscape) {
        if (takeEscape(byte)) {
            for (const Key &key : keys()) {
                if (key.bytes == m_escape)
                    (this->*key.run)();
            }
            m_escape.clear();
        }
        return Event::Edit;
    }
    const bool enter = byte == '\r' || byte == '\n';
    if (m_pasting) {
        insert(enter ? '\n' : byte);
        return Event::Edit;
    }
    if (enter)
        return Event::Line;
    if (byte == kCtrlC)
        return Event::Interrupt;
    if (byte == kCtrlD) {
        if (m_cells.empty())
            return Event::End;
        erase();
        return Event::Edit;
    }
    for (const Key &key : keys()) {
        if (key.bytes == std::string_view(&byte, 1)) {
            (this->*key.run)();
            return Event::Edit;
        }
    }
    insert(byte);
    return Event::Edit;
}

/// Adds to the escape sequence; true when it is whole (ECMA-48: CSI … final byte, SS3 and one byte, or one).
bool LineEditor::takeEscape(char byte)
{
    m_escape += byte;
    if (m_escape.size() == 1)
        return false;
    if (m_escape.size() == 2)
        return byte != '[' && byte != 'O';
    return m_escape[1] == 'O' || (byte >= 0x40 && byte <= 0x7e);
}

void LineEditor::insert(char byte)
{
    const bool control = static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
    if (control && byte != '\t' && !(m_pasting && byte == '\n'))
        return;
    m_partial += byte;
    if (incompleteUtf8Tail(m_partial) > 0)
        return;
    if (isValidUtf8(m_partial)) {
        m_cells.insert(m_cells.begin() + ptrdiff_t(m_cursor), m_partial);
        ++m_cursor;
    }
    m_partial.clear();
}

void LineEditor::left()
{
    m_cursor -= m_cursor > 0;
}

void LineEditor::right()
{
    m_cursor += m_cursor < m_cells.size();
}

void LineEditor::home()
{
    m_cursor = 0;
}

void LineEditor::end()
{
    m_cursor = m_cells.size();
}

void LineEditor::show(size_t entry)
{
    if (m_shown == m_history.size())
        m_written = m_cells;
    m_shown = entry;
    m_cells = entry == m_history.size() ? m_written : m_history[entry];
    end();
}

void LineEditor::older()
{
    if (m_shown > 0)
        show(m_shown - 1);
}

void LineEditor::newer()
{
    if (m_shown < m_history.size())
        show(m_shown + 1);
}

void LineEditor::backspace()
{
    if (m_cursor == 0)
        return;
    left();
    erase();
}

void LineEditor::erase()
{
    if (m_cursor < m_cells.size())
        m_cells.erase(m_cells.begin() + ptrdiff_t(m_cursor));
}

void LineEditor::cutRest()
{
    m_cells.resize(m_cursor);
}

void LineEditor::cutBefore()
{
    m_cells.erase(m_cells.begin(), m_cells.begin() + ptrdiff_t(m_cursor));
    m_cursor = 0;
}

void LineEditor::cutWord()
{
    while (m_cursor > 0 && isSpace(m_cells[m_cursor - 1]))
        backspace();
    while (m_cursor > 0 && !isSpace(m_cells[m_cursor - 1]))
        backspace();
}

void LineEditor::beginPaste()
{
    m_pasting = true;
}

void LineEditor::endPaste()
{
    m_pasting = false;
}

std::string LineEditor::take()
{
    std::string line;
    for (const std::string &cell : m_cells)
        line += cell;
    if (!m_cells.empty() && (m_history.empty() || m_history.back() != m_cells))
        m_history.push_back(m_cells);
    clear();
    return line;
}

void LineEditor::clear()
{
    m_cells.clear();
    m_partial.clear();
    m_cursor = 0;
    m_shown = m_history.size();
}

std::string LineEditor::draw(std::string_view prompt, unsigned columns) const
{
    const unsigned room = columns > prompt.size() + 1 ? columns - unsigned(prompt.size()) - 1 : 1;
    size_t first = m_cursor; // of the cells that are drawn
    unsigned before = 0;
    while (first > 0 && before + shown(m_cells[first - 1]).columns <= room)
        before += shown(m_cells[--first]).columns;
    std::string out = "\r" + std::string(prompt);
    unsigned used = 0;
    for (size_t i = first; i < m_cells.size(); ++i) {
        const Shown next = shown(m_cells[i]);
        used += next.columns;
        if (used > room)
            break;
        out += next.text;
    }
    out += "\x1b[K\r";
    if (const size_t column = prompt.size() + before; column > 0)
        out += "\x1b[" + std::to_string(column) + "C";
    return out;
}

} // namespace lathe::cli
