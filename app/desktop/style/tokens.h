// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>

namespace lathe::desktop {

/// What a coloured part says. The word and the icon beside it say the same: colour only supports.
enum class Tone { Plain, Muted, Accent, Good, Warn, Bad, OnAccent };

/// The colours of the window, one set for light and one for dark. Each pair that carries text has a
/// contrast of at least 4.5, each outline at least 3 (WCAG 2); tst_style computes them.
struct Tokens {
    bool dark;
    QColor window, base, alt, border;
    QColor text, muted, control;
    QColor accent, onAccent, accentTint;
    QColor good, goodTint, warn, warnTint, bad, badTint;
    QColor kl1, kl2, kl3;                               ///< shading of tokens by divergence
    QColor poolInUse, poolWeights, poolKv, poolScratch; ///< parts of a memory bar

    /// The colour of text and icons of a tone, and the ground they stand on.
    QColor ink(Tone tone) const;
    QColor tint(Tone tone) const;
};

/// The set for a light or dark window.
const Tokens &tokensFor(bool dark);

/// The set that belongs to a palette, decided by the lightness of its window colour.
const Tokens &tokensFor(const QPalette &palette);

/// A palette of a high-contrast theme: text on window above 20:1, which no theme that only wants to be
/// pleasant has.
bool isHighContrast(const QPalette &palette);

/// A set of the colours of a system palette alone: no tints, outlines in the text's colour.
Tokens tokensOfSystem(const QPalette &system);

/// From now on every `tokensFor` answers with this set; nullptr: with our own again.
void useTokens(const Tokens *set);

/// The palette in which every standard widget is drawn with these tokens.
QPalette paletteOf(const Tokens &tokens);

/// Contrast ratio of two opaque colours, 1…21 (WCAG 2.2, "contrast ratio" and "relative luminance").
double contrastRatio(const QColor &a, const QColor &b);

} // namespace lathe::desktop
