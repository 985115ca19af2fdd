// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/fit_chip.h"

#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"

#include <QCoreApplication>

namespace lathe::desktop {

static QString tr(const char *text)
{
    return QCoreApplication::translate("lathe::desktop", text);
}

QString memoryFormula(const MemoryEstimate &memory)
{
    return tr("weights + 2·layers·KV heads·head size·context·bytes + scratch\n%1 + %2 + %3 = %4\nfree: %5")
        .arg(numbers::bytesExact(memory.weights), numbers::bytesExact(memory.cache),
             numbers::bytesExact(memory.scratch), numbers::bytesExact(memory.need()),
             numbers::bytesExact(memory.free()));
}

void showFit(Chip *chip, const MemoryEstimate &memory)
{
    switch (memory.fit()) {
    case Fit::Fits:
        chip->show(Tone::Good, "check", tr("Fits"));
        break;
    case Fit::Tight:
        chip->show(Tone::Warn, "warn", tr("Tight"));
        break;
    case Fit::TooBig:
        chip->show(Tone::Bad, "error", tr("Too big"));
        break;
    }
    chip->setToolTip(memoryFormula(memory));
}

} // namespace lathe::desktop
