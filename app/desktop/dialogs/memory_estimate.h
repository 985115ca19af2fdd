// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>
#include <cstdint>
#include <map>

namespace lathe::desktop {

/// How a model's need compares with the memory that is free.
enum class Fit { Fits, Tight, TooBig };

/// What `model.inspect` says about a model, as far as the window needs it.
struct Inspection {
    QString path, name, architecture, quantization, licence;
    uint64_t parameters = 0, fileBytes = 0;
    int layers = 0, kvHeads = 0, headSize = 0;
    int context = 0; ///< the model's longest, in tokens
    int tensorCount = 0;
    uint64_t weightsBytes = 0, scratchBytes = 0;
    std::map<QString, uint64_t> cacheBytesPerToken; ///< by cache type: "F32", "F16"
    /// What differs between devices: layouts pad weights, and programs need other scratch.
    struct DeviceNeed {
        uint64_t weightsBytes = 0, scratchBytes = 0;
    };
    std::map<QString, DeviceNeed> devices; ///< by id, where the engine was asked for every device
    QString tokenizerError, templateError;

    /// The same with the bytes of one device, where they are known.
    Inspection on(const QString &deviceId) const;
    /// Heading of dialogs and of the header: "SmolLM2-135M-Instruct · Q4_1".
    QString title() const;
};

/// "model" of "model-00002-of-00005", a part of a split GGUF file; `part`, if given, becomes 2, or 0 for a
/// name that is not a part's.
QString withoutPart(const QString &name, int *part = nullptr);

/// The name people know a model by: its file or folder, without the type that ends it ("…-Instruct.Q4_1.gguf"
/// is "…-Instruct"). What the file calls itself inside is often a training run. `inner` stands in without a
/// path.
QString variantName(const QString &path, const QString &quantization, const QString &inner);

Inspection inspectionFromJson(const QJsonObject &json);

/// Bytes of a KV cache: 2 · layers · KV heads · head size · context · bytes per value; the factors but the
/// context stand in `cacheBytesPerToken`. 0 for a type that the engine did not name.
uint64_t cacheBytes(const Inspection &model, int contextTokens, const QString &kv);

/// What a model takes on a device with a context and a cache type.
struct MemoryEstimate {
    uint64_t inUse = 0; ///< taken already, by whomever
    uint64_t weights = 0, cache = 0, scratch = 0;
    uint64_t budget = 0; ///< in use and free together

    uint64_t need() const { return weights + cache + scratch; }
    uint64_t free() const { return budget > inUse ? budget - inUse : 0; }
    /// ≤ 85 % of what is free fits, ≤ 100 % is tight, above is too big.
    Fit fit() const;
};

MemoryEstimate estimateMemory(const Inspection &model, int contextTokens, const QString &kv,
                              uint64_t budgetBytes, uint64_t usedBytes);

/// The longest context (a multiple of 256 where there is room for that) that is no more than `fit` allows; 0:
/// none.
int longestContext(const Inspection &model, const QString &kv, uint64_t budgetBytes, uint64_t usedBytes,
                   Fit fit);

/// 2,048 or the model's, whichever is smaller.
int standardContext(const Inspection &model);

} // namespace lathe::desktop
