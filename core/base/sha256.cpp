// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"

#include <algorithm>
#include <memory>
#include <openssl/evp.h>

namespace lathe {

Result<Sha256> sha256(std::span<const std::byte> bytes, const TaskContext &task)
{
    return sha256(std::span(&bytes, 1), task);
}

Result<Sha256> sha256(std::span<const std::span<const std::byte>> parts, const TaskContext &task)
{
    constexpr size_t kSlice = size_t(16) << 20;
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX *)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    bool ok = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    size_t total = 0, done = 0;
    for (const auto &part : parts)
        total += part.size();
    for (std::span<const std::byte> bytes : parts) {
        while (ok && !bytes.empty()) {
            LATHE_TRY(task.checkCancelled());
            const size_t count = std::min(kSlice, bytes.size());
            ok = EVP_DigestUpdate(context.get(), bytes.data(), count) == 1;
            bytes = bytes.subspan(count);
            done += count;
            task.report("Hashing", done, total);
        }
    }
    Sha256 digest{};
    ok = ok &&
         EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char *>(digest.data()), nullptr) == 1;
    if (!ok)
        return fail(Errc::Io, "SHA-256", "OpenSSL could not compute the hash");
    return digest;
}

} // namespace lathe
