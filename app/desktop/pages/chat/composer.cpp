// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/composer.h"

#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QFile>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::desktop {

MessageInput::MessageInput(QWidget *parent) : QPlainTextEdit(parent)
{
    setObjectName(QStringLiteral("chatInput"));
    setAccessibleName(tr("Message"));
    setPlaceholderText(tr("Write a message. Enter sends, Shift+Enter starts a new line."));
    setFrameShape(QFrame::NoFrame);
    setTabChangesFocus(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    document()->setDocumentMargin(2);
    connect(this, &QPlainTextEdit::textChanged, this, [this] { updateGeometry(); });
}

int MessageInput::heightFor(int lines) const
{
    return lines * fontMetrics().lineSpacing() + scaled(6);
}

QSize MessageInput::sizeHint() const
{
    constexpr int kFewest = 3;
    constexpr int kMost = 8;
    const int lines = std::clamp(int(document()->size().height()), kFewest, kMost); // in lines for plain text
    return {scaled(300), heightFor(lines)};
}

QSize MessageInput::minimumSizeHint() const
{
    return {scaled(160), sizeHint().height()};
}

void MessageInput::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const Qt::KeyboardModifiers keys = event->modifiers() & ~Qt::KeypadModifier;
    if (enter && keys == Qt::NoModifier)
        emit sendRequested();
    else if (event->key() == Qt::Key_Up && keys == Qt::NoModifier && toPlainText().isEmpty())
        emit recallRequested();
    else
        QPlainTextEdit::keyPressEvent(event);
}

bool MessageInput::canInsertFromMimeData(const QMimeData *source) const
{
    return source->hasText();
}

/// Plain text only: formatting would not reach the model.
void MessageInput::insertFromMimeData(const QMimeData *source)
{
    insertPlainText(source->text());
}

ContextMeter::ContextMeter(QWidget *parent) : QProgressBar(parent)
{
    setObjectName(QStringLiteral("chatContext"));
    setTextVisible(false);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setMinimumWidth(scaled(60));
    setFixedHeight(scaled(6));
}

QSize ContextMeter::sizeHint() const
{
    return {scaled(180), scaled(6)};
}

void ContextMeter::show(const ContextUse &use)
{
    m_use = use;
    setRange(0, int(std::max<qint64>(1, use.size)));
    setValue(int(std::min(use.used, std::max<qint64>(1, use.size))));
    update();
}

void ContextMeter::paintEvent(QPaintEvent *)
{
    const Tokens &colours = tokensFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const QRectF whole(rect());
    const double radius = whole.height() / 2;
    painter.setBrush(colours.border);
    painter.drawRoundedRect(whole, radius, radius);
    if (m_use.size <= 0 || m_use.used <= 0)
        return;
    const auto width = [&](qint64 tokens) {
        return whole.width() * double(std::min(tokens, m_use.size)) / m_use.size;
    };
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const auto part = [&](qint64 tokens, const QColor &colour) {
        QRectF bar = whole;
        bar.setWidth(std::max(whole.height(), width(tokens)));
        if (mirrored)
            bar.moveRight(whole.right());
        painter.setBrush(colour);
        painter.drawRoundedRect(bar, radius, radius);
    };
    part(m_use.used, m_use.nearlyFull() ? colours.warn : colours.accent);
    if (m_use.cached > 0)
        part(std::min(m_use.cached, m_use.used), m_use.nearlyFull() ? colours.warn : colours.good);
}

Composer::Composer(ChatController *controller, QWidget *parent) : QFrame(parent), m_controller(controller)
{
    setRole(this, "composer");
    setObjectName(QStringLiteral("chatComposer"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(scaled(10), scaled(10), scaled(8), scaled(8));
    m_input = new MessageInput;
    m_input->setProperty("focusRingOn", QVariant::fromValue<QWidget *>(this));
    column->addWidget(m_input);
    column->addLayout(buildRow());
    connect(m_input, &MessageInput::sendRequested, this, &Composer::send);
    connect(m_input, &MessageInput::recallRequested, this, &Composer::recall);
    connect(m_input, &QPlainTextEdit::textChanged, this, [this] {
        m_controller->setDraft(m_input->toPlainText());
        refresh();
    });
    connect(m_send, &QPushButton::clicked, this, &Composer::send);
    connect(m_stop, &QPushButton::clicked, controller, &ChatController::stop);
    connect(controller, &ChatController::phaseChanged, this, &Composer::refresh);
    connect(controller, &ChatController::contextUseChanged, this, &Composer::showContext);
    connect(controller, &ChatController::chatOpened, this, [this] {
        setText(m_controller->chat()->draft);
        refresh();
    });
    refresh();
    showContext();
}

QLayout *Composer::buildRow()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(scaled(8));
    m_meter = new ContextMeter;
    m_contextText = roleLabel("caption");
    m_contextText->setObjectName(QStringLiteral("chatContextText"));
    m_hint = roleLabel("caption", tr("Esc stops"));
    m_stop = textButton(QStringLiteral("chatStop"), QStringLiteral("stop"), tr("Stop"));
    m_send = primaryButton(QStringLiteral("chatSend"), QStringLiteral("send"), tr("Send"));
    for (QPushButton *button : {m_stop, m_send})
        button->setMinimumWidth(scaled(80));
    m_stop->setToolTip(tr("Stop (Esc)"));
    row->addWidget(m_meter);
    row->addWidget(m_contextText);
    row->addStretch();
    row->addWidget(m_hint);
    row->addWidget(m_stop);
    row->addWidget(m_send);
    return row;
}

void Composer::setText(const QString &text)
{
    if (m_input->toPlainText() == text)
        return;
    m_input->setPlainText(text);
    m_input->moveCursor(QTextCursor::End);
}

QString Composer::whyNotSend() const
{
    using Phase = ChatController::Phase;
    switch (m_controller->phase()) {
    case Phase::NoModel:
        return tr("No model is open.");
    case Phase::Loading:
        return tr("The model is being loaded.");
    case Phase::Reading:
    case Phase::Writing:
    case Phase::Stopping:
        return tr("An answer is being written.");
    case Phase::Idle:
        break;
    }
    return m_input->toPlainText().trimmed().isEmpty() ? tr("There is no message yet.") : QString();
}

void Composer::refresh()
{
    const QString why = whyNotSend();
    m_send->setEnabled(why.isEmpty());
    m_send->setAccessibleDescription(why);
    m_send->setToolTip(why.isEmpty() ? tr("Send (Enter)") : why);
    m_stop->setEnabled(m_controller->isBusy());
    m_stop->setAccessibleDescription(m_controller->isBusy() ? QString() : tr("Nothing runs."));
}

void Composer::showContext()
{
    const ContextUse use = m_controller->contextUse();
    QString text = use.size > 0
                       ? tr("%1 of %2 tokens").arg(numbers::count(use.used), numbers::count(use.size))
                       : QString();
    if (use.size > 0 && use.cached > 0)
        text += QStringLiteral(" · ") + tr("%1 cached").arg(numbers::count(std::min(use.cached, use.used)));
    if (use.nearlyFull())
        text += QStringLiteral(" · ") + tr("nearly full");
    m_contextText->setText(text);
    setRole(m_contextText, use.nearlyFull() ? "warn" : "caption");
    m_meter->show(use);
    m_meter->setAccessibleName(tr("Context: %1").arg(text.isEmpty() ? numbers::unknown() : text));
    m_meter->setToolTip(
        tr("Tokens of this conversation in the model's context. Cached ones need not be computed again."));
}

void Composer::recall()
{
    const Chat *chat = m_controller->chat();
    if (!chat)
        return;
    const QList<qint64> path = chat->path();
    for (auto it = path.rbegin(); it != path.rend(); ++it) {
        if (chat->find(*it)->role != Role::User)
            continue;
        setText(chat->find(*it)->text);
        return;
    }
}

void Composer::send()
{
    const QString text = m_input->toPlainText();
    if (!whyNotSend().isEmpty())
        return;
    m_input->clear();
    m_controller->send(text);
    emit sent();
}

} // namespace lathe::desktop
