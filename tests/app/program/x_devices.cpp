// SPDX-License-Identifier: GPL-3.0-or-later
#include "x_devices.h"

#include <cstdlib>
#include <memory>
#include <sys/uio.h>
#include <xcb/xcb.h>
#include <xcb/xcbext.h>

namespace lathe::desktop {

static xcb_extension_t s_xtest = {"XTEST", 0};

/// FakeInput of the XTEST protocol 2.2: one event of the core protocol, of which these fields are read.
struct FakeInput {
    quint8 majorOpcode, minorOpcode;
    quint16 length;
    quint8 type, detail;
    quint8 unused[2];
    quint32 delayMs, root;
    quint8 unusedToo[8];
    qint16 x, y;
    quint8 unusedAtEnd[7];
    quint8 device;
};
static_assert(sizeof(FakeInput) == 36);

XDevices::XDevices()
{
    int number = 0;
    m_connection = xcb_connect(nullptr, &number);
    if (xcb_connection_has_error(m_connection)) {
        m_fault = QStringLiteral("no X server at DISPLAY=%1").arg(qEnvironmentVariable("DISPLAY"));
        return;
    }
    auto screens = xcb_setup_roots_iterator(xcb_get_setup(m_connection));
    for (; number > 0 && screens.rem > 1; --number)
        xcb_screen_next(&screens);
    m_root = screens.data->root;
    const auto *extension = xcb_get_extension_data(m_connection, &s_xtest);
    if (!extension || !extension->present)
        m_fault = QStringLiteral("the X server has no XTEST extension");
}

XDevices::~XDevices()
{
    xcb_disconnect(m_connection);
}

void XDevices::fake(quint8 type, quint8 detail, const QPoint &at)
{
    static constexpr quint8 kFakeInput = 2;
    static constexpr xcb_protocol_request_t kRequest{1, &s_xtest, kFakeInput, 1};
    FakeInput input{};
    input.type = type;
    input.detail = detail;
    input.root = m_root;
    input.x = qint16(at.x());
    input.y = qint16(at.y());
    iovec parts[3] = {{}, {}, {&input, sizeof input}}; // the library may use two places before the first
    xcb_send_request(m_connection, 0, parts + 2, &kRequest);
    xcb_flush(m_connection);
}

void XDevices::click(const QPoint &at)
{
    fake(XCB_MOTION_NOTIFY, 0, at);
    fake(XCB_BUTTON_PRESS, XCB_BUTTON_INDEX_1);
    fake(XCB_BUTTON_RELEASE, XCB_BUTTON_INDEX_1);
}

XDevices::Key XDevices::keyOf(quint32 keysym) const
{
    const xcb_setup_t *setup = xcb_get_setup(m_connection);
    const quint8 first = setup->min_keycode, count = setup->max_keycode - setup->min_keycode + 1;
    const auto cookie = xcb_get_keyboard_mapping(m_connection, first, count);
    const std::unique_ptr<xcb_get_keyboard_mapping_reply_t, decltype(&std::free)> map(
        xcb_get_keyboard_mapping_reply(m_connection, cookie, nullptr), &std::free);
    if (!map)
        return {};
    const xcb_keysym_t *symbols = xcb_get_keyboard_mapping_keysyms(map.get());
    const int columns = map->keysyms_per_keycode;
    for (int column = 0; column < std::min(2, columns); ++column)
        for (int key = 0; key < count; ++key)
            if (symbols[key * columns + column] == keysym)
                return {quint8(first + key), column == 1};
    return {};
}

void XDevices::press(quint32 keysym, std::initializer_list<quint32> modifiers)
{
    const Key key = keyOf(keysym);
    if (key.code == 0)
        return;
    for (const quint32 modifier : modifiers)
        fake(XCB_KEY_PRESS, keyOf(modifier).code);
    if (key.shifted)
        fake(XCB_KEY_PRESS, keyOf(kShift).code);
    fake(XCB_KEY_PRESS, key.code);
    fake(XCB_KEY_RELEASE, key.code);
    if (key.shifted)
        fake(XCB_KEY_RELEASE, keyOf(kShift).code);
    for (const quint32 modifier : modifiers)
        fake(XCB_KEY_RELEASE, keyOf(modifier).code);
}

void XDevices::type(const QString &text)
{
    for (const QChar c : text)
        press(c.unicode());
}

} // namespace lathe::desktop
