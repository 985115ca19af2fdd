// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/formats/safetensors.h"
#include "tests/fuzz/require.h"

using namespace lathe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const Result<SafetensorsFile> file =
        SafetensorsFile::parse(std::as_bytes(std::span(data, size)), "input");
    if (!file) {
        requireMessage(file.error());
        return 0;
    }
    uint64_t covered = 0;
    volatile uint64_t sum = 0;
    for (const SafetensorsTensor &tensor : file->tensors()) {
        require(file->find(tensor.name) == &tensor && isValidUtf8(tensor.name));
        covered += tensor.data.size();
        for (const std::byte b : tensor.data)
            sum = sum + uint8_t(b);
    }
    require(covered < size);
    return 0;
}
