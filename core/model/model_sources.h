// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/model_source.h"

namespace lathe {

/// Longer lists and strings of settings are cut: the window shows a line per key.
constexpr size_t kShownElements = 16;
constexpr size_t kShownBytes = 4096;

std::unique_ptr<ModelSource> ggufSource(GgufFile file);
std::unique_ptr<ModelSource> folderSource(HfFolder folder);
std::unique_ptr<ModelSource> safetensorsSource(SafetensorsFile file);

} // namespace lathe
