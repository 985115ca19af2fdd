// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/produce.h"

#include "core/formats/printable.h"

namespace lathe {

Result<> produceExactly(const std::string &tensor, uint64_t bytes, const ProduceBytes &produce,
                        const AppendBytes &append)
{
    uint64_t appended = 0;
    LATHE_TRY(produce([&](std::span<const std::byte> piece) -> Result<> {
        appended += piece.size();
        return append(piece);
    }));
    if (appended == bytes)
        return {};
    return fail(Errc::BadInput, "tensor " + printable(tensor),
                "gives " + std::to_string(appended) + " bytes for " + std::to_string(bytes),
                "get the model again");
}

} // namespace lathe
