// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/convert/target_tensor.h"
#include "core/formats/gguf_writer.h"

namespace lathe {

/// Sets "general.*" and "<architecture>.*" of a model that comes from a folder, as llama.cpp and
/// readGgufModel read them. What they cannot say shows when the file is read again (firstDifference).
void setGgufSettings(const ConvertInput &input, GgufWriter &writer);

} // namespace lathe
