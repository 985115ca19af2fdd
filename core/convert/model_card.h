// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/convert/target_tensor.h"
#include "core/formats/gguf_writer.h"

#include <string>

namespace lathe {

/// What is said of how a model came to be: README.md of a folder, "general.description" and "lathe.losses" of
/// a GGUF file. `program` is our name and version, `changes` what was done beside the change of format.
struct ModelCard {
    std::string program;
    std::vector<std::string> changes;
};

/// In the same format the folder's own with the changes behind it.
std::string readmeOf(const ConvertInput &input, const ModelCard &card, const Losses &losses);
void setCard(const ConvertInput &input, const ModelCard &card, const Losses &losses, GgufWriter &writer);

} // namespace lathe
