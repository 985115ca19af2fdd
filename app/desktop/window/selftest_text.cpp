// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/selftest_text.h"

#include "app/desktop/style/numbers.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace lathe::desktop {

static QString tr(const char *text)
{
    return QCoreApplication::translate("lathe::desktop", text);
}

QString shortName(const Device &device)
{
    if (device.id == "reference")
        return tr("CPU, reference");
    if (device.id == "cpu")
        return tr("CPU");
    const QString name = device.name.section(" (", 0, 0).trimmed();
    return device.kind == "software" ? tr("%1 (software)").arg(name) : name;
}

SelftestText selftestText(const Device &device)
{
    const Selftest &test = device.selftest;
    const auto off = int(test.failed.size());
    if (device.id == "reference")
        return {Tone::Good, "check", tr("Always right"), tr("Right")};
    if (test.state == Selftest::State::Running) {
        const QString text = tr("Testing %1").arg(numbers::percent(test.progress));
        return {Tone::Accent, "info", text, text};
    }
    if (test.state == Selftest::State::NotRun)
        return {Tone::Accent, "info", tr("Not tested yet"), tr("Not tested")};
    if (off == 0)
        return {Tone::Good, "check", tr("Self-test passed"), tr("Passed")};
    if (test.usable())
        return {Tone::Warn, "warn", off == 1 ? tr("1 kernel off") : tr("%1 kernels off").arg(off),
                tr("%1 off").arg(off)};
    return {Tone::Bad, "error", tr("Failed, not used"), tr("Failed")};
}

QString selftestDetail(const Device &device)
{
    const Selftest &test = device.selftest;
    if (device.id == "reference")
        return tr("slow; everything is compared with it");
    if (!test.failed.isEmpty()) {
        QStringList ops;
        for (const SelftestFailure &failure : test.failed)
            ops.append(failure.op + ' ' + failure.testCase);
        return ops.join(", ") + (test.usable() ? tr(": plain variants used") : QString());
    }
    QStringList facts{device.driver};
    if (test.state == Selftest::State::Passed)
        facts.append(tr("%1 checks").arg(numbers::count(test.passed)));
    const QDate day = QDateTime::fromString(test.date, Qt::ISODate).date();
    if (day.isValid())
        facts.append(QLocale().toString(day, "d MMM"));
    facts.removeAll(QString());
    return facts.join(QStringLiteral(" · "));
}

} // namespace lathe::desktop
