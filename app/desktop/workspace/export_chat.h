// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/workspace/chat.h"

#include <QByteArray>

namespace lathe::desktop {

/// The shown path of a chat as Markdown: a heading per message, under each answer its model, hash and
/// figures.
QString chatAsMarkdown(const Chat &chat);

/// The whole tree as JSON: {"format":"lathe-chat","version":1,"title",…,"messages":[{…,"children":[…]}]}.
/// Deleted messages are left out; "shown" marks the branch on screen.
QByteArray chatAsJson(const Chat &chat);

/// One answer's figures, as under it on screen but in the C locale: "14.2 tokens/s · first token 0.09 s · …".
QString answerFigures(const Answer &answer);

} // namespace lathe::desktop
