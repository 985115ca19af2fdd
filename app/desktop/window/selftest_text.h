// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/style/tokens.h"
#include "app/desktop/window/device_list.h"

namespace lathe::desktop {

/// A self-test as a word with its icon and tone.
struct SelftestText {
    Tone tone;
    QString icon;
    QString
        text; ///< "Self-test passed", "2 kernels off", "Not tested yet", "Testing 43 %", "Failed, not used"
    QString brief; ///< for narrow places
};

/// A device's name without what its driver adds in brackets; of a software driver, that it is one.
/// The two ways of the processor are told apart: "CPU" and "CPU, reference".
QString shortName(const Device &device);

SelftestText selftestText(const Device &device);

/// The line below a device's name: driver, checks, date, or what is switched off.
QString selftestDetail(const Device &device);

} // namespace lathe::desktop
