// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/markdown.h"

#include <QByteArray>
#include <QRegularExpression>
#include <QUrl>

#include <md4c-html.h>

#include <algorithm>
#include <functional>

namespace lathe::desktop {

namespace {

void append(const MD_CHAR *text, MD_SIZE size, void *out)
{
    static_cast<QByteArray *>(out)->append(text, size);
}

/// Stands for a tab inside fenced code while md4c reads it: md4c makes spaces of tabs at the beginning of a
/// line, and code that is copied must be the code that was written. From the private use area.
constexpr QChar kTab(0xe009);

QString keepTabsInFences(const QString &markdown)
{
    if (!markdown.contains(u'\t'))
        return markdown;
    static const QRegularExpression fence(QStringLiteral("^([ \\t>]*)(`{3,}|~{3,})"));
    QStringList lines = markdown.split(u'\n');
    QString open; // the fence that ends the block
    qsizetype indent = 0;
    for (QString &line : lines) {
        const QRegularExpressionMatch match = fence.match(line);
        if (open.isEmpty() && match.hasMatch()) {
            open = match.captured(2);
            indent = match.capturedLength(1);
        } else if (match.hasMatch() && match.captured(2).startsWith(open)) {
            open.clear();
        } else if (!open.isEmpty()) {
            const qsizetype from = std::min(indent, line.size());
            line = line.left(from) + line.mid(from).replace(u'\t', kTab);
        }
    }
    return lines.join(u'\n');
}

QString toHtml(const QString &markdown)
{
    // No HTML: what remains of "<" in the result was written by md4c, so the patterns below can rely on its
    // form.
    constexpr unsigned kFlags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS |
                                MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_PERMISSIVEEMAILAUTOLINKS;
    const QByteArray utf8 = keepTabsInFences(markdown).toUtf8();
    QByteArray out;
    md_html(utf8.constData(), MD_SIZE(utf8.size()), append, &out, kFlags, 0);
    return QString::fromUtf8(out);
}

/// `text` with every match replaced by what `replace` returns for it.
QString replaceEach(const QString &text, const QRegularExpression &pattern,
                    const std::function<QString(const QRegularExpressionMatch &)> &replace)
{
    QString out;
    qsizetype at = 0;
    for (auto it = pattern.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        out += QStringView(text).mid(at, match.capturedStart() - at);
        out += replace(match);
        at = match.capturedEnd();
    }
    out += QStringView(text).mid(at);
    return out;
}

QString unescaped(QString html)
{
    return html.replace(QStringLiteral("&lt;"), QStringLiteral("<"))
        .replace(QStringLiteral("&gt;"), QStringLiteral(">"))
        .replace(QStringLiteral("&quot;"), QStringLiteral("\""))
        .replace(QStringLiteral("&amp;"), QStringLiteral("&"));
}

QString codeTable(const QString &language, QString body, qsizetype number, const Tokens &colours)
{
    while (body.endsWith(u'\n'))
        body.chop(1);
    body.replace(kTab, QStringLiteral("    ")).replace(u'\t', QStringLiteral("    "));
    return QStringLiteral(
               "<table width=\"100%\" cellspacing=\"0\" cellpadding=\"10\" border=\"1\" "
               "style=\"border-style:solid; border-color:%1; border-collapse:collapse\"><tr><td "
               "bgcolor=\"%2\">"
               "<p style=\"margin:0 0 7px 0\"><span style=\"color:%3\"><a name=\"code-%4\">%5</a></span></p>"
               "<pre style=\"margin:0; white-space:pre-wrap\">%6</pre></td></tr></table>")
        .arg(colours.border.name(), colours.alt.name(), colours.muted.name())
        .arg(number)
        .arg(language.isEmpty() ? QStringLiteral("text") : language, body);
}

bool isSafeLink(const QString &address)
{
    const QString scheme = QUrl(unescaped(address)).scheme().toLower();
    return scheme == QLatin1String("https") || scheme == QLatin1String("http") ||
           scheme == QLatin1String("mailto");
}

QString withoutImages(const QString &html)
{
    static const QRegularExpression image(QStringLiteral("<img src=\"([^\"]*)\" alt=\"([^\"]*)\"[^>]*>"));
    return replaceEach(html, image, [](const QRegularExpressionMatch &match) {
        const QString alt = match.captured(2).isEmpty() ? QStringLiteral("image") : match.captured(2);
        return QStringLiteral("[%1: %2]").arg(alt, match.captured(1));
    });
}

QString withSafeLinks(const QString &html, const Tokens &colours)
{
    static const QRegularExpression link(QStringLiteral("<a href=\"([^\"]*)\"[^>]*>"));
    return replaceEach(html, link, [&](const QRegularExpressionMatch &match) {
        return isSafeLink(match.captured(1)) ? QStringLiteral("<a href=\"%1\" style=\"color:%2\">")
                                                   .arg(match.captured(1), colours.accent.name())
                                             : QStringLiteral("<a>");
    });
}

} // namespace

RenderedText renderMarkdown(const QString &markdown, const Tokens &colours)
{
    RenderedText out;
    QString html = withSafeLinks(withoutImages(toHtml(markdown)), colours);
    static const QRegularExpression checkbox(
        QStringLiteral("<input type=\"checkbox\"[^>]*?( checked)?[^>]*>"));
    html = replaceEach(html, checkbox, [](const QRegularExpressionMatch &match) {
        return match.captured(0).contains(QLatin1String(" checked")) ? QStringLiteral("☑ ")
                                                                     : QStringLiteral("☐ ");
    });
    html.replace(
        QStringLiteral("<table>"),
        QStringLiteral("<table cellspacing=\"0\" cellpadding=\"5\" border=\"1\" style=\"border-style:solid; "
                       "border-color:%1; border-collapse:collapse\">")
            .arg(colours.border.name()));
    html.replace(QStringLiteral("<del>"), QStringLiteral("<s>"))
        .replace(QStringLiteral("</del>"), QStringLiteral("</s>"));
    static const QRegularExpression code(
        QStringLiteral("<pre><code(?: class=\"language-([^\"]*)\")?>(.*?)</code></pre>"),
        QRegularExpression::DotMatchesEverythingOption);
    out.html = replaceEach(html, code, [&](const QRegularExpressionMatch &match) {
        out.codeBlocks.append(unescaped(match.captured(2)).replace(kTab, u'\t'));
        return codeTable(match.captured(1), match.captured(2), out.codeBlocks.size() - 1, colours);
    });
    return out;
}

QString renderPlain(const QString &text, const Tokens &colours)
{
    static const QRegularExpression special(
        QStringLiteral("&lt;\\|[^|\\s]{1,40}\\|&gt;|&lt;/?s&gt;|&lt;(?:bos|eos|pad|unk|mask)&gt;"
                       "|&lt;(?:start|end)_of_turn&gt;|\\[/?INST\\]|&lt;&lt;/?SYS&gt;&gt;"));
    QString html = replaceEach(text.toHtmlEscaped(), special, [&](const QRegularExpressionMatch &match) {
        return QStringLiteral("<code style=\"background-color:%1\">%2</code>")
            .arg(colours.accentTint.name(), match.captured(0));
    });
    return QStringLiteral("<p style=\"white-space:pre-wrap\">%1</p>").arg(html);
}

} // namespace lathe::desktop
