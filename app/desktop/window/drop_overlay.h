// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QMimeData>

class QLabel;

namespace lathe::desktop {

/// What becomes of a file that is dropped on the window.
struct DropVerdict {
    enum class Kind { Model, Refused, Unknown };
    Kind kind = Kind::Unknown;
    QString path;
    QString text; ///< what the overlay says while the file hangs over the window
};

/// Judges what is dragged: one local .gguf file or a folder is a model; files that can carry code are refused
/// by name; the rest is not for this window.
DropVerdict judgeDrop(const QMimeData *data);

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
