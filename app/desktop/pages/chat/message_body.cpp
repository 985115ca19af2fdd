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
#include <QPointer>
#include <QPushButton>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextFrame>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace lathe::desktop {

namespace {

/// Space after, none before: Qt adds the two instead of taking the larger.
constexpr char kStyleSheet[] = "p, ul, ol, pre, blockquote { margin-top: 0; margin-bottom: 8px; }"
                               "h1, h2, h3, h4 { margin-top: 8px; margin-bottom: 6px; }";

} // namespace

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
    const qint64 since = m_sinceRender.isValid() ? m_sinceRender.elapsed() : m_interval;
    if (!streaming || ended || since >= m_interval)
        render();
    else if (!m_renderTimer.isActive())
        m_renderTimer.start(int(m_interval - since));
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

QString MessageBody::html()
{
    const Tokens &colours = tokensFor(palette());
    m_codeBlocks.clear();
    if (m_kind == Kind::Plain)
        return renderPlain(m_text, colours);
    if (m_kind == Kind::Tokens)
        return renderTokenText(m_tokens, colours);
    const RenderedText rendered = renderMarkdown(m_text, colours);
    m_codeBlocks = rendered.codeBlocks;
    return rendered.html.trimmed();
}

/// Everything is done to a document that nobody shows yet: each change of a shown one would lay it out anew.
void MessageBody::render()
{
    m_renderTimer.stop();
    QElapsedTimer cost;
    cost.start();
    auto *fresh = new QTextDocument(this);
    fresh->setUndoRedoEnabled(false);
    fresh->setDefaultFont(font());
    fresh->setDocumentMargin(0);
    fresh->setDefaultStyleSheet(QLatin1String(kStyleSheet));
    fresh->setHtml(html());
    finishDocument(fresh);
    const QPointer<QTextDocument> old = document();
    setDocument(fresh); // deletes the one it made itself
    if (old)
        delete old.data();
    if (!m_marked.isEmpty())
        mark(m_marked, -1);
    fit();
    // A long text costs more to lay out: it is rendered less often, so that the window stays quick.
    m_interval = int(std::max<qint64>(kRenderMs, 5 * cost.elapsed()));
    m_sinceRender.start();
    emit rendered();
}

/// What HTML cannot say: the cursor of a streaming text, distance around tables, none above and below the
/// whole.
void MessageBody::finishDocument(QTextDocument *fresh) const
{
    QTextCursor edit(fresh);
    edit.beginEditBlock();
    if (m_streaming) {
        QTextCursor end(fresh->lastBlock());
        end.setPosition(fresh->lastBlock().position() + fresh->lastBlock().length() - 1);
        end.insertText(QStringLiteral("▍"));
    }
    for (QTextFrame *frame : fresh->rootFrame()->childFrames()) {
        QTextFrameFormat format = frame->frameFormat();
        format.setTopMargin(scaled(2));
        format.setBottomMargin(scaled(10));
        frame->setFrameFormat(format);
    }
    QTextBlockFormat first = fresh->begin().blockFormat();
    first.setTopMargin(0);
    QTextCursor(fresh->begin()).setBlockFormat(first);
    QTextBlockFormat last = fresh->lastBlock().blockFormat();
    last.setBottomMargin(0);
    QTextCursor(fresh->lastBlock()).setBlockFormat(last);
    edit.endEditBlock();
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
            // At the right in either direction of reading: code and its caption begin at the left.
            const int x = int(line.right()) - size.width() + scaled(4);
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
