// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace lathe::desktop {

class Commands;

/// The list of keys (Ctrl+/): each command with the keys it has now.
class KeysDialog : public QDialog
{
    Q_OBJECT
public:
    explicit KeysDialog(const Commands &commands, QWidget *parent = nullptr);
};

} // namespace lathe::desktop
