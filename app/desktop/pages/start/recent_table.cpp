// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/start/recent_table.h"

#include "app/desktop/style/numbers.h"

namespace lathe::desktop {

RecentTable::RecentTable(Settings *settings, FitIndex *fits, QObject *parent)
    : ModelTable({tr("Recent"), tr("Size"), tr("Opened")}, numbers::bytes(0), fits, parent),
      m_settings(settings)
{
    connect(settings, &Settings::recentChanged, this, &RecentTable::reload);
    reload();
}

void RecentTable::reload()
{
    QList<ModelLine> lines;
    for (const RecentModel &model : m_settings->recent())
        lines.append({model.name, model.path, model.bytes, model.opened});
    setLines(std::move(lines));
}

} // namespace lathe::desktop
