// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/chat_page.h"

#include "app/desktop/pages/chat/chat_list.h"
#include "app/desktop/pages/chat/composer.h"
#include "app/desktop/pages/chat/find_bar.h"
#include "app/desktop/pages/chat/sampler_panel.h"
#include "app/desktop/pages/chat/transcript.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/workspace/export_chat.h"

#include <QCheckBox>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QSaveFile>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace lathe::desktop {

namespace {

constexpr int kRawMs = 300; // the raw prompt follows what is typed, but renders the whole conversation

/// A title as a file name on every system.
QString fileNameFrom(const QString &title)
{
    QString out;
    for (const QChar c : title)
        out += c.isLetterOrNumber() || c == u'-' ? c : u' ';
    out = out.simplified().left(60);
    return out.isEmpty() ? QStringLiteral("chat") : out;
}

} // namespace

ChatPage::ChatPage(EngineClient *engine, ModelController *models, Workspace *workspace, Settings *settings,
                   QWidget *parent)
    : QWidget(parent), m_controller(new ChatController(engine, models, workspace, this))
{
    setObjectName(QStringLiteral("pageChat"));
    setAccessibleName(tr("Chat"));
    m_transcript = new Transcript(m_controller, settings);
    m_find = new FindBar(m_transcript);
    m_composer = new Composer(m_controller);
    m_list = new ChatList(m_controller);
    m_panel = new SamplerPanel(m_controller, settings);
    buildRawView();
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_transcript);
    m_stack->addWidget(m_rawPage);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_find);
    column->addWidget(m_stack, 1);
    auto *foot = new QVBoxLayout;
    foot->setContentsMargins(scaled(16), 0, scaled(16), scaled(12));
    foot->addWidget(m_composer);
    column->addLayout(foot);
    connectParts();
}

ChatPage::~ChatPage()
{
    // Panels that no window took are ours.
    for (QWidget *panel : {leftPanel(), rightPanel()})
        if (panel && !panel->parentWidget())
            delete panel;
}

QWidget *ChatPage::leftPanel() const
{
    return m_list;
}

QWidget *ChatPage::rightPanel() const
{
    return m_panel;
}

void ChatPage::buildRawView()
{
    m_rawPage = new QWidget;
    auto *column = new QVBoxLayout(m_rawPage);
    column->setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12));
    m_rawCaption = roleLabel("caption");
    m_rawCaption->setObjectName(QStringLiteral("chatRawCaption"));
    m_rawCaption->setWordWrap(true);
    m_raw = new QPlainTextEdit;
    m_raw->setObjectName(QStringLiteral("chatRawText"));
    m_raw->setAccessibleName(tr("Raw prompt"));
    m_raw->setReadOnly(true);
    m_raw->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_raw->setFont(codeFont());
    column->addWidget(m_rawCaption);
    column->addWidget(m_raw, 1);
    m_rawTimer.setSingleShot(true);
    m_rawTimer.setInterval(kRawMs);
    connect(&m_rawTimer, &QTimer::timeout, this, &ChatPage::refreshRaw);
}

void ChatPage::connectParts()
{
    Workspace *workspace = m_controller->workspace();
    connect(m_transcript, &Transcript::sampleChosen, this, [this](const QString &prompt) {
        m_composer->setText(prompt);
        m_composer->input()->setFocus();
        m_composer->send();
    });
    connect(m_transcript, &Transcript::copyRequested, this, &ChatPage::copyMessage);
    connect(m_composer, &Composer::sent, m_transcript, &Transcript::followEnd);
    connect(m_list, &ChatList::exportRequested, this, &ChatPage::chooseExport);
    connect(m_panel, &SamplerPanel::addAdapterRequested, this, &ChatPage::addAdapterRequested);
    connect(m_panel, &SamplerPanel::rawWanted, this, &ChatPage::showRaw);
    connect(m_panel, &SamplerPanel::probabilitiesWanted, this, [this](bool wanted) {
        m_controller->setProbabilities(wanted);
        m_transcript->setShowTokens(wanted);
    });
    connect(m_controller, &ChatController::contextUseChanged, &m_rawTimer, [this] {
        if (m_stack->currentWidget() == m_rawPage && !m_rawTimer.isActive())
            m_rawTimer.start();
    });
    connect(m_controller, &ChatController::chatOpened, this, [this] {
        m_composer->input()->setFocus();
        if (m_stack->currentWidget() == m_rawPage)
            m_rawTimer.start();
    });
    connect(workspace, &Workspace::openFailed, this,
            [this](const QString &what) { workspaceFailed(what, true); });
    connect(workspace, &Workspace::saveFailed, this,
            [this](const QString &what) { workspaceFailed(what, false); });
}

void ChatPage::workspaceFailed(const QString &what, bool opening)
{
    const QString path = m_controller->workspace()->path();
    Message message;
    message.id = QStringLiteral("workspace");
    message.tone = Tone::Bad;
    message.title = opening ? tr("The chats cannot be opened") : tr("The chats cannot be saved");
    message.text = opening ? tr("%1: %2. New chats work and are not kept.").arg(path, what)
                           : tr("%1: %2. They stay in memory and are tried again.").arg(path, what);
    emit banner(message);
}

void ChatPage::openFind()
{
    m_find->open();
}

void ChatPage::showRaw(bool wanted)
{
    m_stack->setCurrentWidget(wanted ? m_rawPage : static_cast<QWidget *>(m_transcript));
    if (wanted)
        refreshRaw();
}

void ChatPage::refreshRaw()
{
    m_rawTimer.stop();
    m_controller->renderPrompt(this, [this](const QString &text, qint64 tokens, const QString &fault) {
        m_rawCaption->setText(fault.isEmpty()
                                  ? tr("What the model is fed, %1 tokens").arg(numbers::count(tokens))
                                  : tr("The prompt cannot be made. %1.").arg(fault));
        if (m_raw->toPlainText() != text)
            m_raw->setPlainText(text);
    });
}

QString ChatPage::exportTo(const QString &path, bool json) const
{
    const Chat *chat = m_controller->chat();
    if (!chat)
        return tr("no chat is open");
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return file.errorString();
    file.write(json ? chatAsJson(*chat) : chatAsMarkdown(*chat).toUtf8());
    return file.commit() ? QString() : file.errorString();
}

void ChatPage::chooseExport(bool json)
{
    const Chat *chat = m_controller->chat();
    if (!chat)
        return;
    auto *dialog =
        new QFileDialog(this, json ? tr("Export the chat as JSON") : tr("Export the chat as Markdown"));
    dialog->setObjectName(QStringLiteral("chatExportDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(json ? QStringLiteral("json") : QStringLiteral("md"));
    dialog->selectFile(fileNameFrom(chat->title) + (json ? QStringLiteral(".json") : QStringLiteral(".md")));
    connect(dialog, &QFileDialog::fileSelected, this, [this, json](const QString &path) {
        const QString fault = exportTo(path, json);
        if (fault.isEmpty())
            return;
        Message message;
        message.id = QStringLiteral("export");
        message.tone = Tone::Bad;
        message.title = tr("The chat was not exported");
        message.text = tr("%1: %2. Choose another folder.").arg(path, fault);
        emit banner(message);
    });
    dialog->open();
}

void ChatPage::copyMessage(qint64 id)
{
    const Chat *chat = m_controller->chat();
    if (const ChatMessage *message = chat ? chat->find(id) : nullptr)
        QGuiApplication::clipboard()->setText(message->text);
}

} // namespace lathe::desktop
