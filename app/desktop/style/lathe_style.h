// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

class QStyleOptionButton;

namespace lathe::desktop {

/// Fusion with four changes that its contrast needs: outlines of fields in the `control` colour, flat primary
/// buttons (property `primary`), a 2 px focus ring in `accent` 1 px outside the widget, and no text inside
/// progress bars.
class LatheStyle : public QProxyStyle
{
    Q_OBJECT
public:
    LatheStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                            const QWidget *widget) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                           const QWidget *widget) const override;
    using QProxyStyle::polish;
    void polish(QWidget *widget) override;
    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                  QStyleHintReturn *returned) const override;

private:
    void drawButtonLabel(const QStyleOptionButton &button, QPainter *painter, const QWidget *widget) const;
};

} // namespace lathe::desktop
