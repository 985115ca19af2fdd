// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/command_palette.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/fuzzy.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace lathe::desktop {

constexpr int kRows = 12;

CommandPalette::CommandPalette(QLineEdit *field) : QFrame(field->window()), m_field(field)
{
    setObjectName("palette");
    setProperty("role", "card");
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    m_list = new QListWidget;
    m_list->setObjectName("paletteList");
    m_list->setAccessibleName(tr("Commands, chats, models and settings"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setUniformItemSizes(true);
    m_nothing = roleLabel("muted");
    m_nothing->setObjectName("paletteNothing");
    m_nothing->setWordWrap(true);
    m_nothing->setMargin(8);
    column->addWidget(m_list);
    column->addWidget(m_nothing);
    hide();
    field->installEventFilter(this);
    connect(field, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
}

void CommandPalette::addSource(Source source)
{
    m_sources.append(std::move(source));
}

void CommandPalette::open()
{
    m_entries.clear();
    for (const Source &source : std::as_const(m_sources))
        m_entries.append(source());
    filter(m_field->text());
    show();
    raise();
}

void CommandPalette::dismiss()
{
    hide();
    m_field->clear();
}

void CommandPalette::filter(const QString &query)
{
    std::vector<std::pair<int, const PaletteEntry *>> hits;
    for (const PaletteEntry &entry : std::as_const(m_entries)) {
        if (const auto score = fuzzyScore(query, entry.text))
            hits.emplace_back(*score, &entry);
    }
    std::ranges::stable_sort(hits, std::greater{}, &std::pair<int, const PaletteEntry *>::first);
    m_found.clear();
    m_list->clear();
    for (const auto &[score, entry] : hits) {
        m_found.append(*entry);
        const QString hint = entry->keys.isEmpty() ? entry->kind : entry->kind + "   " + entry->keys;
        auto *item = new QListWidgetItem(icon(entry->icon), entry->text + "   ·   " + hint, m_list);
        item->setData(Qt::AccessibleTextRole, entry->text + ", " + hint);
        if (m_found.size() == 100)
            break;
    }
    m_list->setCurrentRow(0);
    m_nothing->setVisible(m_found.isEmpty());
    m_list->setVisible(!m_found.isEmpty());
    m_nothing->setText(tr("Nothing named “%1”. Enter searches the chats.").arg(query));
    place();
}

void CommandPalette::place()
{
    const int width = scaled(420);
    const int rowHeight = std::max(m_list->sizeHintForRow(0), scaled(24));
    const int rows = std::clamp<int>(int(m_found.size()), 2, kRows);
    const QPoint below = m_field->mapTo(window(), QPoint(0, m_field->height() + 4));
    const int x = std::min(below.x(), window()->width() - width - 12);
    setGeometry(std::max(0, x), below.y(), width, rows * rowHeight + 18);
}

void CommandPalette::runCurrent()
{
    const int row = m_list->currentRow();
    const QString query = m_field->text();
    const auto run = row >= 0 && row < m_found.size() ? m_found[row].run : nullptr;
    dismiss();
    m_field->clearFocus();
    if (run)
        run();
    else if (m_fallback && !query.trimmed().isEmpty())
        m_fallback(query);
}

bool CommandPalette::handleKey(int key)
{
    const int row = m_list->currentRow();
    switch (key) {
    case Qt::Key_Down:
        m_list->setCurrentRow(std::min(row + 1, m_list->count() - 1));
        return true;
    case Qt::Key_Up:
        m_list->setCurrentRow(std::max(row - 1, 0));
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        runCurrent();
        return true;
    case Qt::Key_Escape:
        dismiss();
        m_field->clearFocus();
        return true;
    default:
        return false;
    }
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn)
        open();
    else if (event->type() == QEvent::FocusOut && !underMouse())
        hide();
    else if (event->type() == QEvent::KeyPress && isVisible())
        return handleKey(static_cast<QKeyEvent *>(event)->key());
    return QFrame::eventFilter(watched, event);
}

} // namespace lathe::desktop
