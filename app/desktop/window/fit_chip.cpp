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

FitLook lookOf(Fit fit)
{
    switch (fit) {
    case Fit::Fits:
        return {Tone::Good, "check", tr("Fits")};
    case Fit::Tight:
        return {Tone::Warn, "warn", tr("Tight")};
    case Fit::TooBig:
        break;
    }
    return {Tone::Bad, "error", tr("Too big")};
}

QString fitText(const MemoryEstimate &memory)
{
    return tr("%1: %2 of %3")
        .arg(lookOf(memory.fit()).word, numbers::bytes(memory.need()), numbers::bytes(memory.free()));
}

void showFit(Chip *chip, const MemoryEstimate &memory)
{
    const FitLook look = lookOf(memory.fit());
    chip->show(look.tone, look.icon, look.word);
    chip->setToolTip(memoryFormula(memory));
}

} // namespace lathe::desktop
