// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace fake {

/// What a generation will do, from the words in the last user message.
struct Script {
    std::vector<std::string> tokens;
    std::vector<std::string> reasoning; ///< tokens before them
    int promptSteps = 1;
    int stepMs = 3;
    std::string end = "stop"; ///< finish reason, or "die", "exit", "fail", "full", "garbage"
    bool untilCancelled = false;
    bool held = false; ///< no text after the second token; the rest comes with the result
};

/// "code": an answer with a code block. "die", "exit", "fail", "garbage": that happens after five tokens.
/// "length", "full": so it ends. "slow": a token per 40 ms until cancelled. "flood": 10,000 tokens as fast as
/// they are taken. "held": the text of the later tokens comes with the result alone. "reading": a prompt that
/// takes 100 steps. "emptyfail": fails before the first token. "think": reasons first; "ponder": and comes to
/// no answer.
Script scriptFor(const nlohmann::json &params, int answerNumber);

/// ChatML of the messages, and one piece per word.
nlohmann::json rendered(const nlohmann::json &params);
int countTokens(const nlohmann::json &messages);

nlohmann::json inspection(const std::string &path);
nlohmann::json model(const std::string &path, const std::string &handle);
nlohmann::json devices();
/// What files.identify says: paths with "lora" in them are adapters, files of a folder "hf" stand for it.
nlohmann::json identified(const std::string &path);
nlohmann::json adapter(const std::string &path);
/// The adapters of a request as the engine names them.
nlohmann::json named(const nlohmann::json &adapters);
/// What files.list says of `path`: two models and a folder.
nlohmann::json folder(const std::string &path);

} // namespace fake
