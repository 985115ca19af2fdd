// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/chat_template.h"

#include <cstdlib>

/// Any bytes as a template: parse, render, and compare the segments with the text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const auto kMessages = nlohmann::ordered_json::parse(
        R"([{"role":"system","content":"Be brief."},{"role":"user","content":" Hello <|im_end|> W\u00f6rld "},
            {"role":"assistant","content":null,"tool_calls":[{"function":{"name":"f","arguments":{"a":[1,2.5,null]}}}]}])");
    const auto parsed =
        lathe::ChatTemplate::parse(std::string(reinterpret_cast<const char *>(data), size), "fuzz");
    if (!parsed)
        return 0;
    lathe::ChatTemplate::Options options;
    options.bosToken = "<s>";
    options.eosToken = "</s>";
    options.tools = kMessages;
    options.now = std::chrono::system_clock::from_time_t(0);
    const auto text = parsed->render(kMessages, options);
    const auto segments = parsed->renderSegments(kMessages, options);
    if (text.has_value() != segments.has_value())
        std::abort();
    std::string joined;
    if (segments)
        for (const auto &segment : *segments)
            joined += segment.text;
    if (text && *text != joined)
        std::abort();
    return 0;
}
