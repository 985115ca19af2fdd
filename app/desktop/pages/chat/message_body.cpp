// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/message_body.h"

#include "app/desktop/pages/chat/markdown.h"
#include "app/desktop/pages/chat/token_text.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/style/tokens.h"

#include <QAbstractTextDocumentLayout>
#include <QClipboard>
#include <QDesktopServices>
#include <QEvent>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QPushButton>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextFrame>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace lathe::desktop {

MessageBody::MessageBody(QWidget *parent) : QTextBrowser(parent)
{
    setFrameShape(QFrame::NoFrame);
    setOpenLinks(false);
    setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::TextSelectableByKeyboard);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setTabChangesFocus(true);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
    // Space after, none before: Qt adds the two instead of taking the larger.
    document()->setDefaultStyleSheet(
        QStringLiteral("p, ul, ol, pre, blockquote { margin-top: 0; margin-bottom: 8px; }"
                       "h1, h2, h3, h4 { margin-top: 8px; margin-bottom: 6px; }"));
    m_renderTimer.setSingleShot(true);
    connect(&m_renderTimer, &QTimer::timeout, this, &MessageBody::render);
    connect(this, &QTextBrowser::anchorClicked, this, [](const QUrl &link) {
        if (link.scheme().startsWith(QLatin1String("http")) || link.scheme() == QLatin1String("mailto"))
            QDesktopServices::openUrl(link);
    });
}

void MessageBody::showPlain(const QString &text)
{
    if (m_kind == Kind::Plain && m_text == text && m_sinceRender.isValid())
        return;
    m_kind = Kind::Plain;
    m_text = text;
    m_streaming = false;
    render();
}

void MessageBody::showMarkdown(const QString &text, bool streaming)
{
    if (m_kind == Kind::Markdown && m_text == text && m_streaming == streaming && m_sinceRender.isValid())
        return;
    const bool ended = m_streaming && !streaming;
    m_kind = Kind::Markdown;
    m_text = text;
    m_streaming = streaming;
    const qint64 since = m_sinceRender.isValid() ? m_sinceRender.elapsed() : kRenderMs;
    if (!streaming || ended || since >= kRenderMs)
        render();
    else if (!m_renderTimer.isActive())
        m_renderTimer.start(int(kRenderMs - since));
}

void MessageBody::showTokens(const QJsonArray &tokens)
{
    if (m_kind == Kind::Tokens && m_tokens == tokens)
        return;
    m_kind = Kind::Tokens;
    m_tokens = tokens;
    m_streaming = false;
    render();
}

void MessageBody::render()
{
    m_renderTimer.stop();
    m_sinceRender.start();
    const Tokens &colours = tokensFor(palette());
    m_codeBlocks.clear();
    if (m_kind == Kind::Plain) {
        setHtml(renderPlain(m_text, colours));
    } else if (m_kind == Kind::Tokens) {
        setHtml(renderTokenText(m_tokens, colours));
    } else {
        const RenderedText rendered = renderMarkdown(m_text, colours);
        setHtml(rendered.html.trimmed());
        m_codeBlocks = rendered.codeBlocks;
        if (m_streaming) {
            QTextCursor cursor(document());
            cursor.movePosition(QTextCursor::End);
            cursor.insertText(QStringLiteral("▍"));
        }
    }
    spaceTables();
    // Qt's own margins around paragraphs: none above the first and below the last.
    QTextBlockFormat first = document()->begin().blockFormat();
    first.setTopMargin(0);
    QTextCursor(document()->begin()).setBlockFormat(first);
    QTextBlockFormat last = document()->lastBlock().blockFormat();
    last.setBottomMargin(0);
    QTextCursor(document()->lastBlock()).setBlockFormat(last);
    if (!m_marked.isEmpty())
        mark(m_marked, -1);
    fit();
}

/// Tables touch the text around them unless told otherwise, which their HTML cannot.
void MessageBody::spaceTables()
{
    for (QTextFrame *frame : document()->rootFrame()->childFrames()) {
        QTextFrameFormat format = frame->frameFormat();
        format.setTopMargin(scaled(2));
        format.setBottomMargin(scaled(10));
        frame->setFrameFormat(format);
    }
}

void MessageBody::fit()
{
    document()->setTextWidth(std::max(50, viewport()->width()));
    const int height = int(std::ceil(document()->size().height()));
    if (height != minimumHeight()) {
        setFixedHeight(height);
        updateGeometry();
    }
    placeCopyButtons();
}

QSize MessageBody::sizeHint() const
{
    return {scaled(400), std::max(minimumHeight(), fontMetrics().height())};
}

QSize MessageBody::minimumSizeHint() const
{
    return {scaled(160), minimumHeight()};
}

QPushButton *MessageBody::copyButton(int number)
{
    while (m_copyButtons.size() <= number) {
        QPushButton *button =
            textButton(QStringLiteral("chatCodeCopy"), QStringLiteral("copy"), tr("Copy"), viewport());
        button->setAccessibleName(tr("Copy code block"));
        button->setToolTip(tr("Copy this code block"));
        button->setFlat(true);
        button->setCursor(Qt::ArrowCursor);
        connect(button, &QPushButton::clicked, this, [this, number = m_copyButtons.size()] {
            QGuiApplication::clipboard()->setText(m_codeBlocks.value(number));
            emit codeCopied();
        });
        m_copyButtons.append(button);
    }
    return m_copyButtons.at(number);
}

/// Puts a Copy button at the right of each code block's caption. The caption carries the block's number as
/// anchor.
void MessageBody::placeCopyButtons()
{
    for (QPushButton *button : std::as_const(m_copyButtons))
        button->hide();
    if (m_codeBlocks.isEmpty())
        return;
    const QString prefix = QStringLiteral("code-");
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const QStringList names = it.fragment().charFormat().anchorNames();
            if (names.isEmpty() || !names.first().startsWith(prefix))
                continue;
            const int number = names.first().mid(prefix.size()).toInt();
            if (number >= m_codeBlocks.size())
                continue;
            const QRectF line = document()->documentLayout()->blockBoundingRect(block);
            QPushButton *button = copyButton(number);
            const QSize size(button->sizeHint().width(), scaled(24));
            const int x = layoutDirection() == Qt::LeftToRight ? int(line.right()) - size.width() + scaled(4)
                                                               : int(line.left()) - scaled(4);
            button->setGeometry(x, int(line.center().y()) - size.height() / 2, size.width(), size.height());
            button->show();
            break;
        }
    }
}

QVariant MessageBody::loadResource(int, const QUrl &)
{
    return {};
}

void MessageBody::resizeEvent(QResizeEvent *event)
{
    QTextBrowser::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        fit();
}

void MessageBody::changeEvent(QEvent *event)
{
    QTextBrowser::changeEvent(event);
    if ((event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) &&
        m_sinceRender.isValid())
        render();
}

bool MessageBody::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const QString anchor = anchorAt(help->pos());
        if (m_kind == Kind::Tokens && !anchor.isEmpty())
            QToolTip::showText(help->globalPos(), tokenTooltip(m_tokens, anchor.mid(1).toInt()), this);
        else
            QToolTip::showText(help->globalPos(), anchor, this);
        return true;
    }
    return QTextBrowser::viewportEvent(event);
}

/// The transcript scrolls, not the message.
void MessageBody::wheelEvent(QWheelEvent *event)
{
    event->ignore();
}

QList<QTextCursor> MessageBody::occurrences() const
{
    QList<QTextCursor> out;
    if (m_marked.isEmpty())
        return out;
    for (QTextCursor at = document()->find(m_marked); !at.isNull(); at = document()->find(m_marked, at))
        out.append(at);
    return out;
}

int MessageBody::mark(const QString &text, int current)
{
    m_marked = text;
    const QList<QTextCursor> found = occurrences();
    const Tokens &colours = tokensFor(palette());
    QList<ExtraSelection> marks;
    for (qsizetype i = 0; i < found.size(); ++i) {
        ExtraSelection mark;
        mark.cursor = found.at(i);
        mark.format.setBackground(i == current ? colours.accent : colours.kl1);
        mark.format.setForeground(i == current ? colours.onAccent : colours.text);
        marks.append(mark);
    }
    setExtraSelections(marks);
    return int(found.size());
}

int MessageBody::markTop(int current) const
{
    const QList<QTextCursor> found = occurrences();
    return current >= 0 && current < found.size() ? cursorRect(found.at(current)).top() : 0;
}

} // namespace lathe::desktop
