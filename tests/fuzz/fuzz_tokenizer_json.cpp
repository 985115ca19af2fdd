// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/text/tokenizer_exercise.h"

#include <cstdio>
#include <fuzzer/FuzzedDataProvider.h>

/// An input that begins with '{' is a tokenizer.json, up to a zero byte, and a text; any other one chooses
/// the parts of a file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    std::string json, text;
    if (size > 0 && bytes[0] == '{') {
        const std::string all(reinterpret_cast<const char *>(bytes), size);
        const size_t end = std::min(all.find('\0'), all.size());
        json = all.substr(0, end);
        text = end < size ? all.substr(end + 1) : "Hello  w\xc3\xb6rld's 123\n\t<s> \xff\xe2\x96\x81 aaaab";
    } else {
        FuzzedDataProvider data(bytes, size);
        json = lathe::testing::composeTokenizerJson(
            [&](size_t n) { return data.ConsumeIntegralInRange<size_t>(0, n - 1); },
            [&] { return data.ConsumeRandomLengthString(12); });
        text = data.ConsumeRemainingBytesAsString().substr(0, 400);
    }
    const std::string fault = lathe::testing::exerciseTokenizerJson(json, text);
    if (!fault.empty()) {
        std::fprintf(stderr, "%s\n", fault.c_str());
        __builtin_trap();
    }
    return 0;
}
