// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"

#include <algorithm>
#include <memory>
#include <openssl/evp.h>

namespace lathe {

Result<Sha256> sha256(std::span<const std::byte> bytes, const TaskContext &task)
{
    constexpr size_t kSlice = size_t(16) << 20;
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX *)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    bool ok = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    const size_t total = bytes.size();
    while (ok && !bytes.empty()) {
        LATHE_TRY(task.checkCancelled());
        const size_t count = std::min(kSlice, bytes.size());
        ok = EVP_DigestUpdate(context.get(), bytes.data(), count) == 1;
        bytes = bytes.subspan(count);
        task.report("Hashing", total - bytes.size(), total);
    }
    Sha256 digest{};
    ok = ok && EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char *>(digest.data()), nullptr) == 1;
    if (!ok)
        return fail(Errc::Io, "SHA-256", "OpenSSL could not compute the hash");
    return digest;
}

} // namespace lathe
