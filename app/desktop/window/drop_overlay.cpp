// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/drop_overlay.h"

#include "app/desktop/style/parts.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QUrl>
#include <QVBoxLayout>

namespace lathe::desktop {

static QString tr(const char *text)
{
    return QCoreApplication::translate("lathe::desktop", text);
}

DropVerdict judgeDrop(const QMimeData *data)
{
    const QList<QUrl> urls = data->urls();
    if (urls.size() != 1 || !urls.first().isLocalFile())
        return {};
    const QFileInfo file(urls.first().toLocalFile());
    const QString suffix = file.suffix().toLower();
    if (suffix == "gguf" || file.isDir())
        return {DropVerdict::Kind::Model, file.absoluteFilePath(),
                tr("Open %1 as model").arg(file.fileName())};
    static const QStringList kPickles{"bin", "pt", "pth", "ckpt", "pkl", "pickle"};
    if (kPickles.contains(suffix))
        return {DropVerdict::Kind::Refused, file.absoluteFilePath(),
                tr("Lathe does not read .%1 (pickle can run code). Use safetensors.").arg(suffix)};
    return {};
}

DropOverlay::DropOverlay(QWidget *parent) : QFrame(parent)
{
    setObjectName("dropOverlay");
    setProperty("role", "overlay");
    setAttribute(Qt::WA_TransparentForMouseEvents);
    auto *column = new QVBoxLayout(this);
    m_text = roleLabel("title");
    m_text->setObjectName("dropOverlayText");
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    column->addWidget(m_text);
    hide();
}

void DropOverlay::announce(const DropVerdict &verdict)
{
    m_text->setText(verdict.text);
    setGeometry(parentWidget()->rect().adjusted(12, 12, -12, -12));
    show();
    raise();
}

} // namespace lathe::desktop
