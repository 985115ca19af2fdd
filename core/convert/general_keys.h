// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/gguf.h"
#include "core/formats/gguf_writer.h"
#include "core/formats/hf_folder.h"

#include <map>
#include <string>

namespace lathe {

/// What a GGUF file says of a model's origin ("general.name", "general.license", "general.tags", …), as the
/// __metadata__ of model.safetensors keeps it: a text as it is, a list of texts as a JSON list under
/// "KEY:list", a whole number under "KEY:number".
std::map<std::string, std::string> generalTexts(const GgufFile &file);

/// Sets those keys of a folder that came from a GGUF file. Malformed ones are passed over.
void setGeneral(const HfFolder &folder, GgufWriter &writer);

} // namespace lathe
