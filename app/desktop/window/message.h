// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/engine_client/engine_call.h"
#include "app/desktop/style/tokens.h"

#include <QList>
#include <QString>
#include <functional>

namespace lathe::desktop {

/// One thing the user can do about a message.
struct MessageAction {
    QString label;
    QString icon; ///< may be empty
    std::function<void()> run;
};

/// What a banner says: what happened, why if known, what to do. A message with the `id` of one that is shown
/// takes its place, so that a repeated fault does not pile up.
struct Message {
    QString id;
    Tone tone = Tone::Accent;
    QString title;
    QString text;
    QList<MessageAction> actions; ///< at most three
};

/// The message of an engine's error: "model.gguf: the header promises …" with its remedy as second sentence.
/// `doing` is the headline's beginning, such as "The model cannot be opened".
Message errorMessage(const QString &id, const QString &doing, const EngineError &error);

} // namespace lathe::desktop
