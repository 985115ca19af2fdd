// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/os.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>

namespace lathe::os {

namespace {

/// A mapping as a signal handler may read it. `size` is set last and cleared first.
struct Slot {
    std::atomic<const std::byte *> data = nullptr;
    std::atomic<size_t> size = 0;
    std::atomic<char *> path = nullptr;
};

/// More files than that at once stay without a name.
std::array<Slot, 1024> slots;
std::mutex writers;

} // namespace

void noteMapping(const Mapping &mapping, const std::filesystem::path &path)
{
    const std::lock_guard lock(writers);
    for (Slot &slot : slots) {
        if (slot.size != 0 || mapping.size == 0)
            continue;
        slot.path = ::strdup(path.c_str());
        slot.data = mapping.data;
        slot.size = mapping.size;
        return;
    }
}

void forgetMapping(const Mapping &mapping)
{
    const std::lock_guard lock(writers);
    for (Slot &slot : slots) {
        if (slot.size == 0 || slot.data != mapping.data)
            continue;
        slot.size = 0;
        std::free(slot.path.exchange(nullptr));
        return;
    }
}

const char *mappedFileAt(const void *address)
{
    for (const Slot &slot : slots) {
        const size_t size = slot.size;
        const std::byte *data = slot.data;
        if (address >= data && address < data + size)
            return slot.path;
    }
    return nullptr;
}

} // namespace lathe::os
