// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/message.h"

#include <QFileInfo>
#include <QRegularExpression>

namespace lathe::desktop {

/// The text as a sentence: a capital in front, unless a file or a setting stands there, and a stop behind.
static QString sentence(QString text)
{
    if (text.isEmpty())
        return text;
    static const QRegularExpression kName("[._/\\d]\\S");
    if (!text.section(' ', 0, 0).contains(kName))
        text[0] = text[0].toUpper();
    return text.endsWith('.') ? text : text + '.';
}

Message errorMessage(const QString &id, const QString &doing, const EngineError &error)
{
    Message message{id, Tone::Bad, doing, {}, {}};
    const QString subject = error.subject.contains('/') ? QFileInfo(error.subject).fileName() : error.subject;
    message.text = subject.isEmpty() || doing.contains(subject) ? sentence(error.what)
                                                                : sentence(subject + ": " + error.what);
    if (!error.remedy.isEmpty())
        message.text += ' ' + sentence(error.remedy);
    return message;
}

} // namespace lathe::desktop
