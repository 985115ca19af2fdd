// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/gguf.h"
#include "core/formats/gguf_writer.h"
#include "golden_models.h"

#include <functional>

/// Writes the tiny model with other metadata to `path`; nothing when that failed.
inline QString rewrittenModel(const QString &path, const std::function<void(lathe::GgufWriter &)> &change)
{
    const auto file = lathe::GgufFile::open(kTiny.toStdString());
    if (!file)
        return {};
    lathe::GgufWriter writer;
    for (const auto &[key, value] : file->metadata())
        writer.setValue(key, value);
    change(writer);
    for (const lathe::GgufTensor &tensor : file->tensors())
        writer.addTensor(tensor.name, tensor.type, tensor.shape, tensor.data);
    return writer.write(path.toStdString(), true) ? path : QString();
}
