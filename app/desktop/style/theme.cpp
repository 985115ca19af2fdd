// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/style/theme.h"

#include "app/desktop/style/lathe_style.h"

#include <QApplication>
#include <QFile>
#include <QFocusFrame>
#include <QFontDatabase>
#include <QFontInfo>
#include <QStyleHints>
#include <QTextEdit>
#include <algorithm>

namespace lathe::desktop {

constexpr int kNominalPixels = 13; ///< body text at 100 %; the other sizes are given against it
static int s_bodyPixels = kNominalPixels;
static int s_zoom = 100;

int scaled(int pixelsAt100)
{
    return (pixelsAt100 * s_zoom + 50) / 100;
}

static int textPixels(int nominal)
{
    return (nominal * s_bodyPixels + kNominalPixels / 2) / kNominalPixels;
}

QFont textFont(TextSize size)
{
    QFont font = QApplication::font();
    const int nominal[] = {12, 13, 14, 18};
    font.setPixelSize(textPixels(nominal[int(size)]));
    if (size == TextSize::Heading || size == TextSize::Title)
        font.setWeight(QFont::DemiBold);
    return font;
}

QFont codeFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(textPixels(12));
    return font;
}

Theme::Theme(int basePixels, QObject *parent)
    : QObject(parent), m_systemPalette(QApplication::palette()), m_systemFont(QApplication::font()),
      m_basePixels(basePixels > 0 ? basePixels : QFontInfo(m_systemFont).pixelSize())
{
    QApplication::setStyle(new LatheStyle);
    connect(qApp, &QApplication::focusChanged, this, &Theme::followFocus);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, [this] {
        if (m_mode == ThemeMode::System)
            apply();
    });
#endif
    apply();
}

bool Theme::systemIsDark() const
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return QGuiApplication::styleHints()->colorScheme() == Qt::ColorScheme::Dark;
#else
    return m_systemPalette.color(QPalette::Window).lightness() < 128;
#endif
}

bool Theme::isDark() const
{
    return m_mode == ThemeMode::System ? systemIsDark() : m_mode == ThemeMode::Dark;
}

void Theme::setMode(ThemeMode mode)
{
    m_mode = mode;
    apply();
}

void Theme::setZoom(int percent)
{
    m_zoom = std::clamp(percent, kMinZoom, kMaxZoom);
    apply();
}

/// The style sheet with "@name" replaced by colours and lengths.
static QString styleSheet(const Tokens &t)
{
    QFile file(QStringLiteral(":/lathe.qss"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::pair<const char *, QColor> colors[] = {
        {"@window", t.window},     {"@base", t.base},
        {"@alt", t.alt},           {"@border", t.border},
        {"@text", t.text},         {"@muted", t.muted},
        {"@control", t.control},   {"@accentTint", t.accentTint},
        {"@accent", t.accent},     {"@onAccent", t.onAccent},
        {"@goodTint", t.goodTint}, {"@good", t.good},
        {"@warnTint", t.warnTint}, {"@warn", t.warn},
        {"@badTint", t.badTint},   {"@bad", t.bad}};
    for (const auto &[name, color] : colors)
        sheet.replace(QLatin1String(name), color.name());
    const std::pair<const char *, int> sizes[] = {{"@caption", 12}, {"@heading", 14}, {"@title", 18}};
    for (const auto &[name, nominal] : sizes)
        sheet.replace(QLatin1String(name), QStringLiteral("%1px").arg(textPixels(nominal)));
    return sheet;
}

void Theme::apply()
{
    s_zoom = m_zoom;
    s_bodyPixels = (m_basePixels * m_zoom + 50) / 100;
    const bool step = m_mode == ThemeMode::System && isHighContrast(m_systemPalette);
    const Tokens ofSystem = tokensOfSystem(m_systemPalette);
    useTokens(step ? &ofSystem : nullptr);
    const Tokens &tokens = tokensFor(isDark());
    QFont font = m_systemFont;
    font.setPixelSize(s_bodyPixels);
    QApplication::setFont(font);
    QApplication::setPalette(paletteOf(tokens));
    qApp->setStyleSheet(styleSheet(tokens));
    emit changed();
}

void Theme::followFocus(QWidget *, QWidget *now)
{
    if (!now || now->focusPolicy() == Qt::NoFocus || now->property("noFocusRing").toBool()) {
        delete m_ring;
        return;
    }
    // A frame belongs to one window; a new one is made where the focus has moved to another.
    if (m_ring && m_ring->window() != now->window())
        delete m_ring;
    if (!m_ring)
        m_ring = new QFocusFrame(now->window());
    // A borderless field shows its ring around the frame that it fills.
    auto *frame = now->property("focusRingOn").value<QWidget *>();
    m_ring->setWidget(frame ? frame : now);
}

} // namespace lathe::desktop
