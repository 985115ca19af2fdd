// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace lathe::desktop {

class Commands;

/// F1: what a page is for and how it is used, with the keys as they are bound now. `page` is "start", "chat"
/// or "settings". Does not block the window.
class HelpDialog : public QDialog
{
    Q_OBJECT
public:
    HelpDialog(const QString &page, const Commands &commands, QWidget *parent = nullptr);
};

} // namespace lathe::desktop
