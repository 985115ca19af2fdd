// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/style/tokens.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace lathe::desktop {

static Tokens lightTokens()
{
    return {.dark = false,
            .window = 0xF1F3F5,
            .base = 0xFFFFFF,
            .alt = 0xF6F7F9,
            .border = 0xD3D8DE,
            .text = 0x1A1E23,
            .muted = 0x4E5864,
            .control = 0x7B8591,
            .accent = 0x1A5FB4,
            .onAccent = 0xFFFFFF,
            .accentTint = 0xE3EDFA,
            .good = 0x126B38,
            .goodTint = 0xE2F3E8,
            .warn = 0x7F4D00,
            .warnTint = 0xFCEFD6,
            .bad = 0xAE2019,
            .badTint = 0xFBE5E3,
            .kl1 = 0xFFF3CF,
            .kl2 = 0xFFD79A,
            .kl3 = 0xFFB08A,
            .poolInUse = 0x7B8591,
            .poolWeights = 0x1F4FD8,
            .poolKv = 0x1A9F72,
            .poolScratch = 0x9C8400};
}

static Tokens darkTokens()
{
    return {.dark = true,
            .window = 0x23262A,
            .base = 0x181A1D,
            .alt = 0x1E2124,
            .border = 0x3B4148,
            .text = 0xE8EAED,
            .muted = 0xA8B1BC,
            .control = 0x818B97,
            .accent = 0x86B7F7,
            .onAccent = 0x0E1A2B,
            .accentTint = 0x1E3150,
            .good = 0x72D093,
            .goodTint = 0x18341F,
            .warn = 0xF2B860,
            .warnTint = 0x3B2C10,
            .bad = 0xFF8F85,
            .badTint = 0x46211E,
            .kl1 = 0x3A3114,
            .kl2 = 0x5A3D10,
            .kl3 = 0x74321A,
            .poolInUse = 0x818B97,
            .poolWeights = 0x82A7E1,
            .poolKv = 0x5CE6A8,
            .poolScratch = 0xF2C94C};
}

QColor Tokens::ink(Tone tone) const
{
    switch (tone) {
    case Tone::Plain:
        return text;
    case Tone::Muted:
        return muted;
    case Tone::Accent:
        return accent;
    case Tone::Good:
        return good;
    case Tone::Warn:
        return warn;
    case Tone::Bad:
        return bad;
    case Tone::OnAccent:
        return onAccent;
    }
    return text;
}

QColor Tokens::tint(Tone tone) const
{
    switch (tone) {
    case Tone::Accent:
        return accentTint;
    case Tone::Good:
        return goodTint;
    case Tone::Warn:
        return warnTint;
    case Tone::Bad:
        return badTint;
    case Tone::OnAccent:
        return accent;
    default:
        return alt;
    }
}

bool isHighContrast(const QPalette &palette)
{
    constexpr double kHighContrast = 20;
    return contrastRatio(palette.color(QPalette::WindowText), palette.color(QPalette::Window)) >
           kHighContrast;
}

Tokens tokensOfSystem(const QPalette &system)
{
    const QColor window = system.color(QPalette::Window), text = system.color(QPalette::WindowText);
    const QColor base = system.color(QPalette::Base), accent = system.color(QPalette::Highlight);
    // The accent also writes: links, badges. Where the system's selection is too faint for that, the text
    // does.
    const QColor ink =
        contrastRatio(accent, base) >= 4.5 && contrastRatio(accent, window) >= 4.5 ? accent : text;
    Tokens t{};
    t.dark = window.lightness() < 128;
    t.window = window;
    t.base = t.alt = base;
    t.text = t.muted = t.control = t.border = text;
    t.accent = ink;
    t.onAccent = ink == accent ? system.color(QPalette::HighlightedText) : window;
    t.accentTint = t.goodTint = t.warnTint = t.badTint = base;
    t.good = t.warn = t.bad = text;
    t.kl1 = t.kl2 = t.kl3 = base;
    const Tokens own = t.dark ? darkTokens() : lightTokens();
    t.poolInUse = own.poolInUse;
    t.poolWeights = own.poolWeights;
    t.poolKv = own.poolKv;
    t.poolScratch = own.poolScratch;
    return t;
}

static std::optional<Tokens> s_system;

void useTokens(const Tokens *set)
{
    s_system = set ? std::optional(*set) : std::nullopt;
}

const Tokens &tokensFor(bool dark)
{
    if (s_system)
        return *s_system;
    static const Tokens kLight = lightTokens();
    static const Tokens kDark = darkTokens();
    return dark ? kDark : kLight;
}

const Tokens &tokensFor(const QPalette &palette)
{
    return tokensFor(palette.color(QPalette::Window).lightness() < 128);
}

QPalette paletteOf(const Tokens &t)
{
    QPalette p;
    const std::pair<QPalette::ColorRole, QColor> roles[] = {
        {QPalette::Window, t.window},
        {QPalette::WindowText, t.text},
        {QPalette::Base, t.base},
        {QPalette::AlternateBase, t.alt},
        {QPalette::Text, t.text},
        {QPalette::Button, t.dark ? QColor(0x33383E) : t.base},
        {QPalette::ButtonText, t.text},
        {QPalette::BrightText, t.onAccent},
        {QPalette::Highlight, t.accent},
        {QPalette::HighlightedText, t.onAccent},
        {QPalette::ToolTipBase, t.base},
        {QPalette::ToolTipText, t.text},
        {QPalette::Link, t.accent},
        {QPalette::LinkVisited, t.accent},
        {QPalette::PlaceholderText, t.muted},
        {QPalette::Light, t.base},
        {QPalette::Midlight, t.alt},
        {QPalette::Mid, t.border},
        {QPalette::Dark, t.control},
        {QPalette::Shadow, t.dark ? QColor(Qt::black) : t.control}};
    for (const auto &[role, color] : roles)
        p.setColor(role, color);
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, t.muted);
    p.setColor(QPalette::Disabled, QPalette::Base, t.window);
    p.setColor(QPalette::Disabled, QPalette::Highlight, t.border);
    p.setColor(QPalette::Disabled, QPalette::HighlightedText, t.text);
    return p;
}

static double luminance(const QColor &color)
{
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrastRatio(const QColor &a, const QColor &b)
{
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

} // namespace lathe::desktop
