// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/workspace/chat.h"

#include <QElapsedTimer>
#include <QStringList>
#include <QTextBrowser>
#include <QTimer>

class QPushButton;

namespace lathe::desktop {

/// The text of one message: as high as its text, without scroll bars, loading nothing. A streaming text is
/// rendered anew at most ten times a second; a finished one once.
class MessageBody : public QTextBrowser
{
    Q_OBJECT
public:
    explicit MessageBody(QWidget *parent = nullptr);

    void showPlain(const QString &text);
    /// `streaming`: more will come; a cursor stands at the end.
    void showMarkdown(const QString &text, bool streaming);
    /// The text token by token, each underlined by its probability; hovering tells the candidates.
    void showTokens(const QJsonArray &tokens);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    /// Marks every occurrence of `text`, and the one with the number `current` more strongly (−1: none).
    /// Returns how many there are.
    int mark(const QString &text, int current);
    /// Top of the marked occurrence in this widget's coordinates.
    int markTop(int current) const;

    static constexpr int kRenderMs = 100;

signals:
    void codeCopied();
    /// The text was laid out anew.
    void rendered();

protected:
    QVariant loadResource(int type, const QUrl &name) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    enum class Kind { Plain, Markdown, Tokens };

    void render();
    QString html();
    void finishDocument(QTextDocument *fresh) const;
    void fit();
    void placeCopyButtons();
    QPushButton *copyButton(int number);
    QList<QTextCursor> occurrences() const;

    Kind m_kind = Kind::Plain;
    QString m_text;
    QJsonArray m_tokens;
    bool m_streaming = false;
    QTimer m_renderTimer;
    QElapsedTimer m_sinceRender;
    int m_interval = kRenderMs; ///< ms between renderings of a streaming text
    QStringList m_codeBlocks;
    QList<QPushButton *> m_copyButtons;
    QString m_marked;
};

} // namespace lathe::desktop
