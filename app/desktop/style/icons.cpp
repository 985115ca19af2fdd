// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/style/icons.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace lathe::desktop {

namespace {

/// Draws a one-colour SVG whose strokes are "currentColor" in the colour of a tone.
class TokenIconEngine : public QIconEngine
{
public:
    TokenIconEngine(QString name, Tone tone) : m_name(std::move(name)), m_tone(tone) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const qreal ratio = painter->device()->devicePixelRatioF();
        painter->drawPixmap(rect, rendered(rect.size() * ratio, mode));
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override
    {
        return rendered(size, mode);
    }
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal) override
    {
        return rendered(size, mode);
    }
    QIconEngine *clone() const override { return new TokenIconEngine(*this); }
    QString key() const override { return QStringLiteral("lathe"); }
    QString iconName() override { return m_name; }

private:
    QColor color(QIcon::Mode mode) const
    {
        const QPalette palette = QApplication::palette();
        const Tokens &tokens = tokensFor(palette);
        if (mode == QIcon::Disabled)
            return tokens.muted;
        return mode == QIcon::Selected ? tokens.onAccent : tokens.ink(m_tone);
    }

    QPixmap rendered(const QSize &pixels, QIcon::Mode mode) const
    {
        const QColor ink = color(mode);
        const QString key =
            QStringLiteral("%1/%2/%3x%4").arg(m_name, ink.name()).arg(pixels.width()).arg(pixels.height());
        QPixmap pixmap;
        if (QPixmapCache::find(key, &pixmap))
            return pixmap;
        QFile file(QStringLiteral(":/icons/%1.svg").arg(m_name));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        QSvgRenderer svg(file.readAll().replace("currentColor", ink.name().toLatin1()));
        pixmap = QPixmap(pixels);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        svg.render(&painter);
        painter.end();
        QPixmapCache::insert(key, pixmap);
        return pixmap;
    }

    QString m_name;
    Tone m_tone;
};

} // namespace

QIcon icon(const QString &name, Tone tone)
{
    return QIcon(new TokenIconEngine(name, tone));
}

QIcon applicationIcon()
{
    return QIcon(QStringLiteral(":/icons/lathe.svg"));
}

} // namespace lathe::desktop
