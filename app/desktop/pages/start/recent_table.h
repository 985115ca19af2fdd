// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/start/model_table.h"
#include "app/desktop/settings/settings.h"

namespace lathe::desktop {

/// The models that were opened before, newest first: name, size, when.
class RecentTable : public ModelTable
{
    Q_OBJECT
public:
    explicit RecentTable(Settings *settings, FitIndex *fits = nullptr, QObject *parent = nullptr);

    static constexpr Column Opened = Day;

private:
    void reload();

    Settings *m_settings;
};

} // namespace lathe::desktop
