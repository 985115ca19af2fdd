// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/dialogs/help_dialog.h"

#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/commands.h"

#include <QTextBrowser>
#include <QVBoxLayout>

namespace lathe::desktop {

namespace {

/// A line of help, and the commands whose keys stand behind it ("; "-separated ids, empty for none).
struct HelpLine {
    const char *text;
    const char *commands;
};

struct HelpPage {
    const char *id;
    const char *title;
    const char *intro;
    QList<HelpLine> lines;
};

const QList<HelpPage> &helpPages()
{
    static const QList<HelpPage> pages{
        {"start",
         QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog", "Start"),
         QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                           "Opens a model. Files stay where they are and are only read."),
         {{QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                             "Start chatting opens the default model; Get fetches it first."),
           ""},
          {QT_TRANSLATE_NOOP(
               "lathe::desktop::HelpDialog",
               "Drop a GGUF file or a Hugging Face folder on the window, choose one, or click one in a "
               "list. A part of a model stands for the whole."),
           "fileOpen; fileOpenFolder"},
          {QT_TRANSLATE_NOOP(
               "lathe::desktop::HelpDialog",
               "The badge says whether it fits: weights, KV cache and scratch against the free memory. The "
               "numbers of each device stand in Open with other options."),
           ""},
          {QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                             "The device picker shows the devices, their memory and their self-tests."),
           "modelDevice"}}},
        {"chat",
         QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog", "Chat"),
         QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                           "Talks with the open model and shows how fast and with which weights it answers."),
         {{QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                             "Enter sends, Shift+Enter begins a new line, Esc stops the answer."),
           ""},
          {QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                             "Regenerate makes another version; the older ones stay."),
           "chatRegenerateCommand"},
          {QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog", "Go between the versions of an answer."),
           "chatVersionPrevCommand; chatVersionNextCommand"},
          {QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                             "Edit your last message and send it again as a new branch."),
           "chatEditCommand"},
          {QT_TRANSLATE_NOOP(
               "lathe::desktop::HelpDialog",
               "The # badge is the beginning of the SHA-256 of the weights, and names the adapters "
               "that took part with their scales."),
           ""},
          {QT_TRANSLATE_NOOP(
               "lathe::desktop::HelpDialog",
               "Add a LoRA adapter: a PEFT folder or a GGUF file. It acts on the next answer, the "
               "chat keeps it, and its scale is set on the right."),
           "modelAddAdapter"},
          {QT_TRANSLATE_NOOP(
               "lathe::desktop::HelpDialog",
               "System prompt and sampling are on the right, the chats on the left; a narrow window folds "
               "both away."),
           "viewLeft; viewRight"},
          {QT_TRANSLATE_NOOP(
               "lathe::desktop::HelpDialog",
               "What a model thinks before its answer is folded above it; later messages are sent "
               "without it."),
           ""},
          {QT_TRANSLATE_NOOP(
               "lathe::desktop::HelpDialog",
               "The preset “Model's own” is there where the model's makers ask for a sampling."),
           ""},
          {QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                             "Save what the sliders say as a preset with the pen beside them."),
           ""},
          {QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog", "Show the prompt as the model is fed it."),
           "chatRawCommand"},
          {QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                             "Search all chats, or the conversation on screen."),
           "chatSearchCommand; chatFindCommand"},
          {QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                             "Edits, deletions and sampler changes can be undone."),
           "editUndo"}}},
        {"settings",
         QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog", "Settings"),
         QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                           "Each setting acts at once and is kept on this machine."),
         {{QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                             "The models in the models folder are listed on the start page."),
           ""},
          {QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog",
                             "All keys can be bound anew at the end of the page."),
           "helpKeys"},
          {QT_TRANSLATE_NOOP("lathe::desktop::HelpDialog", "Make everything larger or smaller."),
           "viewZoomIn; viewZoomOut; viewZoomReset"}}}};
    return pages;
}

QString keysOf(const Commands &commands, const QString &ids)
{
    QStringList keys;
    for (const QString &id : ids.split(QStringLiteral("; "), Qt::SkipEmptyParts)) {
        if (const QAction *action = commands.find(id); action && !action->shortcuts().isEmpty())
            keys.append(action->shortcut().toString(QKeySequence::NativeText));
    }
    return keys.join(QStringLiteral(" · "));
}

QString htmlOf(const HelpPage &page, const Commands &commands)
{
    QString html = QStringLiteral("<p>%1</p><ul>").arg(HelpDialog::tr(page.intro).toHtmlEscaped());
    for (const HelpLine &line : page.lines) {
        const QString keys = keysOf(commands, QLatin1String(line.commands));
        html +=
            QStringLiteral("<li style=\"margin-bottom:6px\">") + HelpDialog::tr(line.text).toHtmlEscaped();
        if (!keys.isEmpty())
            html += QStringLiteral(" <b>%1</b>").arg(keys.toHtmlEscaped());
        html += QStringLiteral("</li>");
    }
    return html + QStringLiteral("</ul>");
}

} // namespace

HelpDialog::HelpDialog(const QString &page, const Commands &commands, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("helpDialog"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(scaled(16), scaled(16), scaled(16), scaled(12));
    column->setSpacing(scaled(8));
    auto *text = new QTextBrowser;
    text->setObjectName(QStringLiteral("helpText"));
    text->setFrameShape(QFrame::NoFrame);
    text->viewport()->setAutoFillBackground(false);
    for (const HelpPage &known : helpPages()) {
        if (page != QLatin1String(known.id))
            continue;
        setWindowTitle(tr("Help: %1").arg(tr(known.title)));
        column->addWidget(roleLabel("title", tr(known.title)));
        text->setHtml(htmlOf(known, commands));
    }
    text->setAccessibleName(windowTitle());
    column->addWidget(text, 1);
    QPushButton *close = textButton(QStringLiteral("helpClose"), {}, tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    column->addWidget(close, 0, Qt::AlignRight);
    close->setFocus();
    resize(scaled(520), scaled(440));
}

} // namespace lathe::desktop
