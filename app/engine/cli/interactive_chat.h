// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/cli/chat_options.h"

namespace lathe::cli {

/// Prints an answer as it comes (unless --json) and returns it.
Result<Answer> streamAnswer(Session &session, const AnswerRequest &request, ShowReasoning reasoning,
                            Console &console, const TaskContext &task);

/// Says that the context was full, if it was, or that the reasoning came to no answer; --quiet does not
/// silence it.
void tellHowItEnded(const Answer &answer, const Session &session, Console &console);

/// "31 tokens (20 of reasoning), 17.9 tokens/s, first token 0.90 s · vulkan:0 (llvmpipe) · seed 7".
std::string answerNote(const Answer &answer, const Backend &backend);

/// Reads questions line by line until /exit or the end of the input, keeping the conversation. Ctrl+C stops
/// an answer; twice at the prompt it leaves the program.
Result<> interactiveChat(Session &session, const Backend &backend, const ChatOptions &options,
                         const SamplerSettings &sampler, Invocation &invocation);

} // namespace lathe::cli
