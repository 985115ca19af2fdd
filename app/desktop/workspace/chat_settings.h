// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>

namespace lathe::desktop {

/// How the next token is chosen (protocol.md, session.generate). The defaults are the preset "Balanced".
struct SamplerSettings {
    double temperature = 0.7;    ///< 0…2; 0 takes the most probable token
    int topK = 40;               ///< 0…1,000; 0: off
    double topP = 0.95;          ///< 0…1; 1: off
    double minP = 0.05;          ///< 0…1; 0: off
    double repeatPenalty = 1.05; ///< 0.5…2; 1: off

    bool operator==(const SamplerSettings &) const = default;
    QJsonObject toJson() const;
    static SamplerSettings fromJson(const QJsonObject &json);
};

struct SamplingPreset {
    QString name;
    SamplerSettings sampler;
};

/// Greedy, Balanced, Creative; the user's own are in Settings.
const QList<SamplingPreset> &builtInPresets();

/// A LoRA adapter of a chat: a PEFT folder or a GGUF file on the engine's machine.
struct ChatAdapter {
    static constexpr double kMostScale = 2;

    QString path;
    QString name;
    double scale = 1; ///< 0…kMostScale
    bool on = true;

    bool operator==(const ChatAdapter &) const = default;
    QJsonObject toJson() const;
    static ChatAdapter fromJson(const QJsonObject &json);
};

/// What a chat keeps beside its messages; changed by undoable edits, stored as JSON.
struct ChatSettings {
    SamplerSettings sampler;
    QString preset = QStringLiteral("Balanced"); ///< the preset last chosen; "(changed)" when sampler differs
    quint64 seed = 0;                            ///< the seed last used, or the fixed one
    bool seedKnown = false;                      ///< false: no answer yet and none typed
    bool seedFixed = false;
    int maxTokens = 512;
    bool shiftWhenFull = false; ///< false: stop and say so
    QList<ChatAdapter> adapters;

    bool operator==(const ChatSettings &) const = default;
    /// The adapters that are on, as session.setAdapters takes them.
    QJsonArray adaptersForEngine() const;
    QJsonObject toJson() const;
    static ChatSettings fromJson(const QJsonObject &json);
};

/// The whole text as an unsigned 64-bit number in decimal, without separators.
bool parseSeed(const QString &text, quint64 *seed);

} // namespace lathe::desktop
