// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QSqlDatabase>
#include <QString>
#include <QStringList>

namespace lathe::desktop {

/// Statements that lead from one schema version to the next; the n-th entry makes version n + 1.
using Migrations = QList<QStringList>;

/// Those of this program. An entry that was released is never changed; a new one is appended.
const Migrations &workspaceMigrations();

/// Brings an open database to the newest version in one transaction per step. An existing database is copied
/// to
/// "<file>.v<version>.bak" first. Returns one line that says what is wrong, or an empty string. A database of
/// a newer program is left as it is.
QString migrate(QSqlDatabase &database, const Migrations &migrations);

/// Full-text index over the messages (FTS5, trigrams: finds parts of words in any script). False where SQLite
/// was built without FTS5; search then reads every message.
bool ensureSearchIndex(QSqlDatabase &database);

} // namespace lathe::desktop
