// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace lathe::desktop {

/// Name, version, licence of the program, and the licences of what it is built on.
class AboutDialog : public QDialog
{
    Q_OBJECT
public:
    explicit AboutDialog(const QString &engineVersion, QWidget *parent = nullptr);
};

} // namespace lathe::desktop
