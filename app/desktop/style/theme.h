// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/style/tokens.h"

#include <QFont>
#include <QObject>
#include <QPointer>

class QFocusFrame;

namespace lathe::desktop {

enum class ThemeMode { System, Light, Dark };

/// Sizes of text, relative to the base font (13 px at 100 %).
enum class TextSize { Caption, Body, Heading, Title };

/// The look of the whole program: style, palette, style sheet, zoom, and the ring around the widget that has
/// the focus. Under a high-contrast system theme the mode System takes the system's colours. One object,
/// owned by main() or a test, alive as long as windows are. Changes act at once on all windows.
class Theme : public QObject
{
    Q_OBJECT
public:
    /// Takes over the application's style. `basePixels` is the size of body text at 100 %; 0: the system's.
    explicit Theme(int basePixels = 0, QObject *parent = nullptr);

    void setMode(ThemeMode mode);
    ThemeMode mode() const { return m_mode; }
    bool isDark() const;

    /// 80…200; other values are moved to the nearest end.
    void setZoom(int percent);
    int zoom() const { return m_zoom; }

    static constexpr int kMinZoom = 80, kMaxZoom = 200;

signals:
    void changed();

private:
    void apply();
    bool systemIsDark() const;
    void followFocus(QWidget *old, QWidget *now);

    QPalette m_systemPalette;
    QFont m_systemFont;
    int m_basePixels;
    ThemeMode m_mode = ThemeMode::System;
    int m_zoom = 100;
    QPointer<QFocusFrame> m_ring;
};

/// A length of the layout (a spacing, a control's height) at the present zoom, in pixels.
int scaled(int pixelsAt100);

/// The application's font in one of the sizes; headings and titles are semibold.
QFont textFont(TextSize size);

/// Monospace for code, logs and hashes, in caption size.
QFont codeFont();

} // namespace lathe::desktop
