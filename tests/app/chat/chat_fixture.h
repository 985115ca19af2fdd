// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/pages/chat/composer.h"
#include "app/desktop/pages/chat/message_card.h"
#include "app/desktop/pages/chat/transcript.h"
#include "app/desktop/settings/settings.h"
#include "app/desktop/style/theme.h"
#include "app/desktop/window/commands.h"
#include "app/desktop/window/device_list.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <memory>

namespace lathe::desktop {

/// The Chat page with its panels in a plain window, an engine behind it and a workspace in a folder of its
/// own.
class ChatFixture
{
public:
    explicit ChatFixture(const QString &engineProgram, const QStringList &engineArguments = {},
                         const QString &keptFolder = {})
        : workspaceFolder(keptFolder.isEmpty() ? folder.path() : keptFolder), theme(13),
          engine(engineProgram, engineArguments), devices(&engine), models(&engine, &devices, &settings),
          workspace(workspaceFolder), page(new ChatPage(&engine, &models, &workspace, &settings)),
          commands(&settings)
    {
        auto *row = new QHBoxLayout(&window);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(0);
        page->leftPanel()->setFixedWidth(220);
        page->rightPanel()->setFixedWidth(288);
        row->addWidget(page->leftPanel());
        row->addWidget(page, 1);
        row->addWidget(page->rightPanel());
        page->addCommands(&commands);
        window.addActions(commands.all());
        window.resize(1208, 712);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        engine.start();
        workspace.open();
        QTRY_VERIFY(workspace.isOpen());
        QTRY_VERIFY(page->controller()->chat());
    }

    void openModel(const QString &path = QStringLiteral("/models/SmolLM2-135M-Instruct.Q4_1.gguf"))
    {
        models.open(path);
        QTRY_VERIFY_WITH_TIMEOUT(page->controller()->canSend(), 30000);
    }

    template <class T> T *find(const char *name) const { return window.findChild<T *>(QLatin1String(name)); }
    MessageInput *input() const { return page->composer()->input(); }
    ChatController *controller() const { return page->controller(); }
    const Chat &chat() const { return *page->controller()->chat(); }
    MessageCard *card(int number) const { return page->transcript()->cards().value(number); }
    /// Types and presses Enter, as a user does.
    void say(const QString &text)
    {
        QTest::mouseClick(input()->viewport(), Qt::LeftButton);
        QTest::keyClicks(input(), text);
        QTest::keyClick(input(), Qt::Key_Return);
    }
    /// Waits until the answer is whole.
    void waitForAnswer() { QTRY_VERIFY_WITH_TIMEOUT(page->controller()->canSend(), 30000); }
    template <class T> T *part(int number, const char *name) const
    {
        const QList<T *> found = card(number)->findChildren<T *>(QLatin1String(name));
        // One that was hidden to be deleted may stand before the one on screen.
        for (T *one : found)
            if (one->isVisible())
                return one;
        return found.value(0);
    }
    void click(int number, const char *name)
    {
        auto *button = part<QAbstractButton>(number, name);
        QVERIFY2(button && button->isVisible() && button->isEnabled(), name);
        QTest::mouseClick(button, Qt::LeftButton);
    }
    QString text(int number) const { return card(number)->body()->toPlainText(); }
    QString label(int number, const char *name) const
    {
        auto *found = part<QLabel>(number, name);
        return found && found->isVisible() ? found->text() : QString();
    }
    /// The text of a card's state chip, empty if none is shown.
    QString chip(int number) const
    {
        auto *found = part<Chip>(number, "chatState");
        return found && found->isVisible() ? found->text() : QString();
    }

    QTemporaryDir folder;
    QString workspaceFolder;
    Settings settings;
    Theme theme;
    EngineClient engine;
    DeviceList devices;
    ModelController models;
    Workspace workspace;
    QWidget window;
    ChatPage *page;
    Commands commands;
};

} // namespace lathe::desktop
