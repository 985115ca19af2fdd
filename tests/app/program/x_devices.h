// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPoint>
#include <QString>

struct xcb_connection_t;

namespace lathe::desktop {

/// A pointer and a keyboard at the X server of $DISPLAY, through its XTEST extension: what they do takes the
/// way of a person's devices, through the server to whichever window is under the pointer or has the focus.
/// Letters are those of the server's own keyboard map.
class XDevices
{
public:
    XDevices();
    ~XDevices();

    /// Empty, or why there is no such server.
    QString fault() const { return m_fault; }
    /// Moves the pointer to a place of the screen and presses the left button there.
    void click(const QPoint &at);
    void type(const QString &text);
    /// Presses a key by its X keysym (a Latin-1 character is its own) while the modifiers, keysyms too, are
    /// held.
    void press(quint32 keysym, std::initializer_list<quint32> modifiers = {});

    static constexpr quint32 kReturn = 0xff0d, kEscape = 0xff1b, kControl = 0xffe3, kShift = 0xffe1;

private:
    struct Key {
        quint8 code = 0; ///< 0: not on this keyboard
        bool shifted = false;
    };
    Key keyOf(quint32 keysym) const;
    /// One XTEST FakeInput request; `type` as in the core protocol's events.
    void fake(quint8 type, quint8 detail, const QPoint &at = {});

    xcb_connection_t *m_connection = nullptr;
    quint32 m_root = 0;
    QString m_fault;
};

} // namespace lathe::desktop
