// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

namespace lathe::cli {

namespace {

constexpr Command kCommands[] = {
    {"chat", "talk with a model, or answer one prompt", addChat},
    {"bench", "measure reading and writing in tokens per second", addBench},
    {"devices", "list the devices of this machine", addDevices},
    {"selftest", "check every kernel on a device against the reference", addSelftest},
    {"inspect", "look into a model file without loading it", addInspect},
    {"tokenize", "text to token ids", addTokenize},
    {"detokenize", "token ids to text", addDetokenize},
    {"render", "apply the chat template to messages", addRender},
    {"logits", "write the logits for token ids into a safetensors file", addLogits},
    {"convert", "a GGUF file to a Hugging Face folder, or back", addConvert},
    {"merge", "write a model with adapters merged into its weights", addMerge},
    {"pull", "get the default model", addPull},
    {"rpc", "the engine of the window, on stdin and stdout (docs/protocol.md)", addRpc},
};

constexpr const char *kLater[] = {"batch",   "eval",  "report", "run",   "quantize", "sensitivity",
                                  "compare", "sweep", "prune",  "train", "distill",  "serve"};

} // namespace

std::span<const Command> allCommands()
{
    return kCommands;
}

std::span<const char *const> laterCommands()
{
    return kLater;
}

} // namespace lathe::cli
