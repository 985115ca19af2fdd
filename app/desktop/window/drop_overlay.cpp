// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/drop_overlay.h"

#include "app/desktop/style/parts.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QUrl>
#include <QVBoxLayout>

namespace lathe::desktop {

static QString tr(const char *text)
{
    return QCoreApplication::translate("lathe::desktop", text);
}

static DropVerdict modelVerdict(const QString &path)
{
    return {DropVerdict::Kind::Model, path, tr("Open %1 as model").arg(QFileInfo(path).fileName())};
}

DropVerdict adapterVerdict(const QString &path)
{
    return {DropVerdict::Kind::Adapter, path, tr("Add %1 as adapter").arg(QFileInfo(path).fileName())};
}

static DropVerdict judgeFile(const QFileInfo &file)
{
    const QString path = file.absoluteFilePath(), suffix = file.suffix().toLower(), name = file.fileName();
    if (file.isDir()) {
        const QDir folder(path);
        const bool adapter = folder.exists("adapter_config.json") && !folder.exists("config.json");
        return adapter ? adapterVerdict(path) : modelVerdict(path);
    }
    if (suffix == "gguf")
        return modelVerdict(path);
    if (name == "adapter_config.json" || name == "adapter_model.safetensors")
        return adapterVerdict(file.absolutePath());
    if (suffix == "safetensors" || name == "config.json" || name == "model.safetensors.index.json")
        return modelVerdict(file.absolutePath());
    static const QStringList kPickles{"bin", "pt", "pth", "ckpt", "pkl", "pickle"};
    if (kPickles.contains(suffix))
        return {DropVerdict::Kind::Refused, path,
                tr("Lathe does not read .%1 (pickle can run code). Use safetensors.").arg(suffix)};
    return {};
}

/// What files must share to be one model: the folder, or folder and name of a split GGUF file.
static QString wholeOf(const DropVerdict &verdict)
{
    static const QRegularExpression kPart("-\\d{5}-of-\\d{5}\\.gguf$");
    return QString(verdict.path).remove(kPart);
}

DropVerdict judgeDrop(const QMimeData *data)
{
    DropVerdict out;
    for (const QUrl &url : data->urls()) {
        if (!url.isLocalFile())
            return {};
        const DropVerdict verdict = judgeFile(QFileInfo(url.toLocalFile()));
        // Beside weights may lie what belongs to them: tokenizer.json, the chat template.
        if (verdict.kind == DropVerdict::Kind::Unknown)
            continue;
        if (out.kind != DropVerdict::Kind::Unknown &&
            (verdict.kind != out.kind || wholeOf(verdict) != wholeOf(out)))
            return {};
        if (out.kind == DropVerdict::Kind::Unknown)
            out = verdict;
    }
    return out;
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
