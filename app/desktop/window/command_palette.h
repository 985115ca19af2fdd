// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QList>
#include <functional>

class QLabel;
class QLineEdit;
class QListWidget;

namespace lathe::desktop {

/// One thing that the palette finds.
struct PaletteEntry {
    QString text;
    QString kind; ///< "Command", "Chat", "Model", "Setting"
    QString keys; ///< may be empty
    QString icon;
    std::function<void()> run;
};

/// The list under the search field of the header. The field keeps the focus: typing filters, Up and Down
/// choose, Enter runs, Esc closes and empties the field. Without a hit it says so, and Enter searches the
/// chats.
class CommandPalette : public QFrame
{
    Q_OBJECT
public:
    using Source = std::function<QList<PaletteEntry>()>;

    /// Belongs to `field`'s window, over everything else in it.
    explicit CommandPalette(QLineEdit *field);

    /// Asked each time the palette opens.
    void addSource(Source source);
    /// Runs when nothing was found and Enter was pressed.
    void setFallback(std::function<void(const QString &)> fallback) { m_fallback = std::move(fallback); }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void open();
    void dismiss();
    void filter(const QString &query);
    void place();
    void runCurrent();
    bool handleKey(int key);

    QLineEdit *m_field;
    QListWidget *m_list;
    QLabel *m_nothing;
    QList<Source> m_sources;
    QList<PaletteEntry> m_entries; ///< all, since the palette opened
    QList<PaletteEntry> m_found;   ///< the rows of the list
    std::function<void(const QString &)> m_fallback;
};

} // namespace lathe::desktop
