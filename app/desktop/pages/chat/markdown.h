// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/style/tokens.h"

#include <QString>
#include <QStringList>

namespace lathe::desktop {

/// A message as QTextDocument shows it.
struct RenderedText {
    QString html;
    QStringList
        codeBlocks; ///< text of each code block, in order; the n-th has the anchor "code-n" in its caption
};

/// Markdown (CommonMark with tables, strikethrough, task lists, bare links) to the HTML of QTextDocument, by
/// md4c. HTML in the text is shown as text; nothing is ever loaded: an image is its description and address;
/// links keep only http, https and mailto.
RenderedText renderMarkdown(const QString &markdown, const Tokens &colours);

/// Text as it was typed: line ends kept, nothing interpreted; spellings of special tokens (`<|im_end|>`,
/// `</s>`) are set off, because they are text here and not those tokens.
QString renderPlain(const QString &text, const Tokens &colours);

} // namespace lathe::desktop
