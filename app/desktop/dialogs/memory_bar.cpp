// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/dialogs/memory_bar.h"

#include "app/desktop/style/numbers.h"
#include "app/desktop/style/theme.h"

#include <QPainter>

namespace lathe::desktop {

namespace {

struct Part {
    QColor Tokens::*color;
    QString name;
    uint64_t bytes;

    QString text() const { return name + ' ' + numbers::bytes(bytes); }
};

QList<Part> partsOf(const MemoryEstimate &memory)
{
    return {{&Tokens::poolInUse, MemoryBar::tr("in use"), memory.inUse},
            {&Tokens::poolWeights, MemoryBar::tr("weights"), memory.weights},
            {&Tokens::poolKv, MemoryBar::tr("KV cache"), memory.cache},
            {&Tokens::poolScratch, MemoryBar::tr("scratch"), memory.scratch}};
}

QString totalText(const MemoryEstimate &memory)
{
    return numbers::usedOf(memory.inUse + memory.need(), memory.budget);
}

constexpr int kBarHeight = 16, kGap = 10;

} // namespace

MemoryBar::MemoryBar(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void MemoryBar::setEstimate(const MemoryEstimate &memory)
{
    m_memory = memory;
    QStringList words;
    for (const Part &part : partsOf(memory))
        words.append(part.text());
    setAccessibleName(tr("Memory: %1").arg(totalText(memory)));
    setAccessibleDescription(words.join(", "));
    updateGeometry();
    update();
}

QSize MemoryBar::sizeHint() const
{
    return {scaled(560), scaled(kBarHeight + kGap) + QFontMetrics(textFont(TextSize::Heading)).height()};
}

QSize MemoryBar::minimumSizeHint() const
{
    const QFontMetrics metrics(textFont(TextSize::Caption));
    int width = QFontMetrics(textFont(TextSize::Heading)).horizontalAdvance(totalText(m_memory)) + scaled(8);
    for (const Part &part : partsOf(m_memory))
        width += scaled(9 + 5 + 14) + metrics.horizontalAdvance(part.text());
    return {width, sizeHint().height()};
}

void MemoryBar::paintEvent(QPaintEvent *)
{
    const Tokens &tokens = tokensFor(palette());
    QPainter painter(this);
    const QRect bar(0, 0, width(), scaled(kBarHeight));
    painter.fillRect(bar, tokens.border);
    // More than the device has is drawn to the end of the bar; the number says how much it is.
    const double whole = double(std::max(m_memory.budget, m_memory.inUse + m_memory.need()));
    uint64_t before = 0;
    const auto parts = partsOf(m_memory);
    for (const Part &part : parts) {
        const int from = whole > 0 ? int(double(before) / whole * width()) : 0;
        before += part.bytes;
        const int to = whole > 0 ? int(double(before) / whole * width()) : 0;
        painter.fillRect(QRect(from, 0, std::max(0, to - from - 1), bar.height()), tokens.*part.color);
    }
    const int textTop = bar.height() + scaled(kGap);
    const QRect line(0, textTop, width(), height() - textTop);
    painter.setFont(textFont(TextSize::Caption));
    int x = 0;
    for (const Part &part : parts) {
        const int side = scaled(9);
        painter.fillRect(QRect(x, line.center().y() - side / 2, side, side), tokens.*part.color);
        painter.setPen(tokens.text);
        const int textWidth = painter.fontMetrics().horizontalAdvance(part.text());
        painter.drawText(QRect(x + side + scaled(5), line.top(), textWidth + 2, line.height()),
                         Qt::AlignVCenter, part.text());
        x += side + scaled(5 + 14) + textWidth;
    }
    painter.setFont(textFont(TextSize::Heading));
    painter.setPen(m_memory.fit() == Fit::TooBig ? tokens.bad : tokens.text);
    painter.drawText(line, Qt::AlignVCenter | Qt::AlignRight, totalText(m_memory));
}

} // namespace lathe::desktop
