// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/weight_source.h"

namespace lathe {

namespace {

constexpr uintptr_t kAlignment = 8; ///< of the widest element that a kernel reads at once

} // namespace

Result<WeightBytes> readWeight(const WeightSource &source)
{
    if (source.loader) {
        LATHE_ASSIGN(std::vector<std::byte> bytes, source.loader->load());
        if (bytes.size() != source.bytes())
            return fail(Errc::BadInput, source.nameInFile(),
                        "gives " + std::to_string(bytes.size()) + " bytes for " +
                            std::to_string(source.bytes()),
                        "get the file again");
        return WeightBytes(std::move(bytes));
    }
    if (reinterpret_cast<uintptr_t>(source.data.data()) % kAlignment == 0)
        return WeightBytes(source.data);
    return WeightBytes(std::vector<std::byte>(source.data.begin(), source.data.end()));
}

} // namespace lathe
