// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/preset_box.h"

#include "app/desktop/pages/chat/name_dialog.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>

#include <algorithm>

namespace lathe::desktop {

namespace {

constexpr int kStandard = 1; // Balanced, in builtInPresets

QList<SamplingPreset> ownPresets(const Settings *settings)
{
    QList<SamplingPreset> out;
    for (const QJsonValue &value : settings->samplingPresets()) {
        const QJsonObject json = value.toObject();
        out.append({json[QLatin1String("name")].toString(), SamplerSettings::fromJson(json)});
    }
    return out;
}

void storeOwn(Settings *settings, const QList<SamplingPreset> &presets)
{
    QJsonArray out;
    for (const SamplingPreset &preset : presets) {
        QJsonObject json = preset.sampler.toJson();
        json.insert(QStringLiteral("name"), preset.name);
        out.append(json);
    }
    settings->setSamplingPresets(out);
}

} // namespace

PresetBox::PresetBox(Settings *settings, QWidget *parent) : QWidget(parent), m_settings(settings)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(scaled(4));
    m_combo = new QComboBox;
    m_combo->setObjectName(QStringLiteral("chatPreset"));
    m_combo->setAccessibleName(tr("Sampling preset"));
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_combo->setMinimumContentsLength(13);
    m_more = iconButton(QStringLiteral("chatPresetMenu"), QStringLiteral("edit"),
                        tr("Save, rename or delete a preset"));
    row->addWidget(m_combo);
    row->addWidget(m_more);
    connect(m_combo, &QComboBox::activated, this, [this](int index) { emit chosen(all().at(index)); });
    connect(m_more, &QToolButton::clicked, this, &PresetBox::openMenu);
    connect(settings, &Settings::samplingPresetsChanged, this, &PresetBox::fill);
    fill();
}

QList<SamplingPreset> PresetBox::all() const
{
    QList<SamplingPreset> out = builtInPresets();
    if (m_makers)
        out.append({QStringLiteral("Model's own"), *m_makers});
    return out + ownPresets(m_settings);
}

bool PresetBox::isOwn(const QString &name) const
{
    const QList<SamplingPreset> own = ownPresets(m_settings);
    return std::any_of(own.begin(), own.end(),
                       [&](const SamplingPreset &preset) { return preset.name == name; });
}

void PresetBox::show(const ChatSettings &chat, const std::optional<SamplerSettings> &makers)
{
    m_chat = chat;
    m_makers = makers;
    fill();
}

void PresetBox::fill()
{
    const QList<SamplingPreset> presets = all();
    const auto known = std::find_if(presets.begin(), presets.end(),
                                    [&](const SamplingPreset &p) { return p.name == m_chat.preset; });
    const int index = known == presets.end() ? kStandard : int(known - presets.begin());
    const bool changed = m_chat.sampler != presets.at(index).sampler;
    m_combo->clear();
    for (int i = 0; i < presets.size(); ++i)
        m_combo->addItem(i == index && changed ? tr("%1 (changed)").arg(presets.at(i).name)
                                               : presets.at(i).name);
    m_combo->setCurrentIndex(index);
    m_combo->setToolTip(m_combo->currentText());
}

QString PresetBox::nameFault(const QString &name, const QString &except) const
{
    if (name.trimmed().isEmpty())
        return tr("A preset needs a name.");
    const QList<SamplingPreset> presets = all();
    const bool taken = std::any_of(presets.begin(), presets.end(), [&](const SamplingPreset &preset) {
        return preset.name != except && preset.name.compare(name.trimmed(), Qt::CaseInsensitive) == 0;
    });
    return taken ? tr("“%1” is there already. Choose another name.").arg(name.trimmed()) : QString();
}

void PresetBox::keep(const QString &old, const SamplingPreset &preset)
{
    QList<SamplingPreset> own = ownPresets(m_settings);
    const auto found =
        std::find_if(own.begin(), own.end(), [&](const SamplingPreset &other) { return other.name == old; });
    if (found != own.end())
        *found = preset;
    else
        own.append(preset);
    storeOwn(m_settings, own);
}

/// Asked, because the settings have no undo.
void PresetBox::askRemove(const QString &name)
{
    auto *question =
        new QMessageBox(QMessageBox::NoIcon, tr("Delete a preset"),
                        tr("Delete the sampling preset “%1”? The chats keep their numbers.").arg(name),
                        QMessageBox::Cancel, this);
    question->setObjectName(QStringLiteral("chatPresetDelete"));
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *yes = question->addButton(tr("Delete"), QMessageBox::AcceptRole);
    connect(yes, &QPushButton::clicked, this, [this, name] {
        QList<SamplingPreset> own = ownPresets(m_settings);
        own.removeIf([&](const SamplingPreset &preset) { return preset.name == name; });
        storeOwn(m_settings, own);
    });
    question->open();
}

void PresetBox::askName(const QString &title, const QString &proposal, const QString &except,
                        std::function<void(const QString &)> then)
{
    auto *dialog = new NameDialog(title, proposal, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setCheck([this, except](const QString &name) { return nameFault(name, except); });
    connect(dialog, &QDialog::accepted, this, [dialog, then = std::move(then)] { then(dialog->name()); });
    dialog->open();
}

void PresetBox::openMenu()
{
    auto *menu = new QMenu(m_more);
    menu->setObjectName(QStringLiteral("chatPresetActions"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString name = m_chat.preset;
    const SamplerSettings sampler = m_chat.sampler;
    const bool own = isOwn(name);
    QAction *save = menu->addAction(tr("Save “%1”").arg(name), this, [this, name, sampler] {
        keep(name, {name, sampler});
    });
    save->setVisible(own);
    menu->addAction(tr("Save as …"), this, [this, sampler] {
        askName(tr("Save the sampling as a preset"), {}, {}, [this, sampler](const QString &given) {
            keep({}, {given, sampler});
            emit chosen({given, sampler});
        });
    });
    QAction *rename = menu->addAction(tr("Rename “%1” …").arg(name), this, [this, name, sampler] {
        askName(tr("Rename the preset"), name, name, [this, name, sampler](const QString &given) {
            for (const SamplingPreset &preset : ownPresets(m_settings))
                if (preset.name == name)
                    keep(name, {given, preset.sampler});
            emit chosen({given, sampler});
        });
    });
    QAction *drop = menu->addAction(tr("Delete “%1” …").arg(name), this, [this, name] { askRemove(name); });
    rename->setVisible(own);
    drop->setVisible(own);
    menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height())));
}

} // namespace lathe::desktop
