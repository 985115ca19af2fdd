// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/style/tokens.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace lathe::desktop {

/// A word on a tinted ground with an icon in front: a state ("Fits", "Self-test passed") or a badge. With
/// `setClickable` it is a button: in the tab order, and Space, Enter or a click emit `clicked`.
class Chip : public QFrame
{
    Q_OBJECT
public:
    explicit Chip(QWidget *parent = nullptr);

    /// `iconName` may be empty. The text becomes the accessible name unless one was set with `setSpokenName`.
    void show(Tone tone, const QString &iconName, const QString &text);
    void setSpokenName(const QString &name);
    void setClickable(bool clickable);
    bool isClickable() const { return m_clickable; }
    /// Long text may end in "…" where there is no room; the tooltip should have it whole then.
    void setElided(bool elided);
    bool isElided() const { return m_elided; }
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void clicked();

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    QFont boldFont() const;

    Tone m_tone = Tone::Accent;
    QString m_icon;
    QString m_text;
    QString m_spokenName;
    bool m_clickable = false;
    bool m_elided = false;
};

/// A label that ends in "…" where there is no room, with the whole text in the tooltip.
class ElidedLabel : public QLabel
{
    Q_OBJECT
public:
    explicit ElidedLabel(Qt::TextElideMode mode = Qt::ElideRight, QWidget *parent = nullptr);
    void setFullText(const QString &text);
    QString fullText() const { return m_text; }
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text;
    Qt::TextElideMode m_mode;
};

/// A button without text, 26×26 at 100 %.
class IconButton : public QToolButton
{
    Q_OBJECT
public:
    explicit IconButton(QWidget *parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }
};

/// An icon that says nothing on its own (a word stands beside it); drawn anew in the colours of each theme.
class IconLabel : public QWidget
{
    Q_OBJECT
public:
    explicit IconLabel(int sideAt100, QWidget *parent = nullptr);
    void set(const QString &iconName, Tone tone);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_side;
    QString m_icon;
    Tone m_tone = Tone::Plain;
};

/// Sets the property `role` that the style sheet reads, and re-evaluates it if it was another one.
void setRole(QWidget *widget, const char *role);

/// A label in a role of the style sheet: "caption", "muted", "heading", "title", "error".
QLabel *roleLabel(const char *role, const QString &text = {}, QWidget *parent = nullptr);

/// A framed group: "card", "code", "drop", "composer".
QFrame *roleFrame(const char *role, QWidget *parent = nullptr);

/// A 1 px separator.
QFrame *separatorLine(QWidget *parent = nullptr);

/// A push button with an icon; `objectName` and accessible name (label without "&" and "…") are set.
QPushButton *textButton(const QString &objectName, const QString &iconName, const QString &label,
                        QWidget *parent = nullptr);

/// The one button of a place that does what the place is for.
QPushButton *primaryButton(const QString &objectName, const QString &iconName, const QString &label,
                           QWidget *parent = nullptr);

/// A 26×26 button without text; `name` is its accessible name and tooltip.
QToolButton *iconButton(const QString &objectName, const QString &iconName, const QString &name,
                        QWidget *parent = nullptr);

/// A visible label as it is read out: without "&" (mnemonic) and "…".
QString spoken(const QString &label);

} // namespace lathe::desktop
