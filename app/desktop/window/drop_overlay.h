// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QMimeData>

class QLabel;

namespace lathe::desktop {

/// What becomes of a file that is dropped on the window.
struct DropVerdict {
    enum class Kind { Model, Adapter, Refused, Unknown };
    Kind kind = Kind::Unknown;
    QString path;
    QString text; ///< what the overlay says while the file hangs over the window
};

/// Judges what is dragged by its name: a .gguf file, a folder, or a file of a Hugging Face folder, which
/// stands for the folder, is a model; a PEFT folder is an adapter; files that can carry code are refused by
/// name. Several files must be parts of one model. The rest is not for this window.
DropVerdict judgeDrop(const QMimeData *data);
/// Of a file or folder that the engine says is an adapter.
DropVerdict adapterVerdict(const QString &path);

/// The tinted sheet over the window while something is dragged over it.
class DropOverlay : public QFrame
{
    Q_OBJECT
public:
    explicit DropOverlay(QWidget *parent);
    void announce(const DropVerdict &verdict);

private:
    QLabel *m_text;
};

} // namespace lathe::desktop
