// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/sampler_panel.h"

#include "app/desktop/pages/chat/adapter_panel.h"
#include "app/desktop/pages/chat/preset_box.h"
#include "app/desktop/pages/chat/slider_row.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::desktop {

SamplerPanel::SamplerPanel(ChatController *controller, Settings *settings, QWidget *parent)
    : QWidget(parent), m_controller(controller)
{
    setObjectName(QStringLiteral("chatPanel"));
    setAccessibleName(tr("Chat settings"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(scaled(12), scaled(12), scaled(12), scaled(12));
    column->setSpacing(scaled(8));
    buildSystem(column);
    column->addWidget(separatorLine());
    buildSampling(column, settings);
    column->addWidget(separatorLine());
    auto *adapters = new AdapterPanel(controller);
    connect(adapters, &AdapterPanel::addRequested, this, &SamplerPanel::addAdapterRequested);
    column->addWidget(adapters);
    column->addStretch();
    buildViews(column);
    connect(controller, &ChatController::chatOpened, this, &SamplerPanel::refresh);
    connect(controller, &ChatController::contextUseChanged, this, &SamplerPanel::refreshLimits);
    connect(controller->models(), &ModelController::currentModelChanged, this, &SamplerPanel::refresh);
    connect(controller->workspace(), &Workspace::chatSettingsChanged, this, [this](qint64 chat) {
        if (chat == m_controller->currentChat())
            refresh();
    });
    refresh();
}

void SamplerPanel::buildSystem(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    auto *title = roleLabel("heading", tr("System prompt"));
    m_systemReset =
        iconButton(QStringLiteral("chatSystemReset"), QStringLiteral("again"), tr("Reset the system prompt"));
    row->addWidget(title);
    row->addStretch();
    row->addWidget(m_systemReset);
    m_system = new QPlainTextEdit;
    m_system->setObjectName(QStringLiteral("chatSystem"));
    m_system->setAccessibleName(tr("System prompt"));
    m_system->setTabChangesFocus(true);
    m_system->setFixedHeight(scaled(66));
    title->setBuddy(m_system);
    column->addLayout(row);
    column->addWidget(m_system);
    connect(m_system, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_refreshing)
            m_controller->workspace()->setSystem(m_controller->currentChat(), m_system->toPlainText());
    });
    connect(m_systemReset, &QToolButton::clicked, this,
            [this] { m_controller->workspace()->setSystem(m_controller->currentChat(), std::nullopt); });
}

void SamplerPanel::buildSampling(QVBoxLayout *column, Settings *settings)
{
    auto *row = new QHBoxLayout;
    auto *title = roleLabel("heading", tr("Sampling"));
    m_preset = new PresetBox(settings);
    title->setBuddy(m_preset->combo());
    row->addWidget(title);
    row->addStretch();
    row->addWidget(m_preset);
    column->addLayout(row);
    connect(m_preset, &PresetBox::chosen, this, [this](const SamplingPreset &preset) {
        change(tr("sampling preset"), [&](ChatSettings &chat) {
            chat.preset = preset.name;
            chat.sampler = preset.sampler;
        });
    });
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(scaled(8));
    grid->setVerticalSpacing(scaled(3));
    grid->setColumnStretch(1, 1);
    buildSliders(grid);
    column->addLayout(grid);
    auto *limits = new QGridLayout;
    limits->setHorizontalSpacing(scaled(8));
    limits->setVerticalSpacing(scaled(6));
    limits->setColumnStretch(1, 1);
    buildLimits(limits);
    column->addLayout(limits);
}

void SamplerPanel::buildSliders(QGridLayout *grid)
{
    struct Row {
        const char *name;
        QString label;
        QString tooltip;
        SliderRow::Range range;
        double SamplerSettings::*field;
    };
    const QList<Row> rows{
        {"chatTemperature",
         tr("Temperature"),
         tr("Divides the logits: 0 always takes the most probable token, above 1 "
            "flattens the choice."),
         {0, 2, 2, 0.01},
         &SamplerSettings::temperature},
        {"chatTopK",
         tr("Top-k"),
         tr("Only the k most probable tokens are drawn from; 0: off."),
         {0, 1000, 0, 1, 3},
         nullptr},
        {"chatTopP",
         tr("Top-p"),
         tr("smallest set with probability ≥ p (Holtzman et al. 2020)"),
         {0, 1, 2, 0.01},
         &SamplerSettings::topP},
        {"chatMinP",
         tr("Min-p"),
         tr("p ≥ min-p · highest p (Nguyen et al. 2024)"),
         {0, 1, 2, 0.01},
         &SamplerSettings::minP},
        {"chatRepeat",
         tr("Repeat penalty"),
         tr("Divides the logits of the last 64 tokens; 1: off."),
         {0.5, 2, 2, 0.01},
         &SamplerSettings::repeatPenalty},
    };
    for (const Row &row : rows) {
        auto *slider = new SliderRow(grid, QLatin1String(row.name), row.label, row.tooltip, row.range, this);
        const QString what = row.label.toLower();
        if (row.field)
            m_sliders.append({slider, row.field});
        else
            m_topK = slider;
        connect(slider, &SliderRow::changed, this, [this, what, field = row.field](double value) {
            change(what, [&](ChatSettings &settings) {
                if (field)
                    settings.sampler.*field = value;
                else
                    settings.sampler.topK = int(value);
            });
        });
    }
}

void SamplerPanel::buildLimits(QGridLayout *grid)
{
    m_seed = new QLineEdit;
    m_seed->setObjectName(QStringLiteral("chatSeed"));
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setPlaceholderText(tr("random"));
    m_seedFixed = new QCheckBox(tr("Fixed"));
    m_seedFixed->setObjectName(QStringLiteral("chatSeedFixed"));
    m_seedFixed->setToolTip(tr("Every answer begins from this seed."));
    m_seedFault = roleLabel("error");
    m_seedFault->setObjectName(QStringLiteral("chatSeedFault"));
    m_seedFault->setWordWrap(true);
    m_seedFault->hide();
    m_maxTokens = new QSpinBox;
    m_maxTokens->setObjectName(QStringLiteral("chatMaxTokens"));
    m_maxTokens->setAccessibleName(tr("Answer up to"));
    m_maxTokens->setRange(1, 1'000'000);
    m_maxTokens->setSuffix(tr(" tokens"));
    m_maxTokens->setGroupSeparatorShown(true);
    m_maxTokensNote = roleLabel("caption");
    m_maxTokensNote->setObjectName(QStringLiteral("chatMaxTokensNote"));
    m_maxTokensNote->setWordWrap(true);
    m_maxTokensNote->hide();
    m_overflow = new QComboBox;
    m_overflow->setObjectName(QStringLiteral("chatOverflow"));
    m_overflow->setAccessibleName(tr("When full"));
    m_overflow->addItems({tr("Stop and say so"), tr("Shift, keep system prompt")});
    m_overflow->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_overflow->setMinimumContentsLength(14);
    const auto label = [grid](int row, const QString &text, QWidget *buddy) {
        auto *name = new QLabel(text);
        name->setBuddy(buddy);
        grid->addWidget(name, row, 0);
    };
    label(0, tr("Seed"), m_seed);
    grid->addWidget(m_seed, 0, 1);
    grid->addWidget(m_seedFixed, 0, 2);
    grid->addWidget(m_seedFault, 1, 0, 1, 3);
    label(2, tr("Answer up to"), m_maxTokens);
    grid->addWidget(m_maxTokens, 2, 1, 1, 2);
    grid->addWidget(m_maxTokensNote, 3, 0, 1, 3);
    label(4, tr("When full"), m_overflow);
    grid->addWidget(m_overflow, 4, 1, 1, 2);
    connect(m_seed, &QLineEdit::editingFinished, this, &SamplerPanel::takeSeed);
    connect(m_seedFixed, &QCheckBox::clicked, this, &SamplerPanel::takeSeed);
    connect(m_maxTokens, &QSpinBox::valueChanged, this, [this](int value) {
        change(tr("answer length"), [&](ChatSettings &settings) { settings.maxTokens = value; });
    });
    connect(m_overflow, &QComboBox::activated, this, [this](int index) {
        change(tr("when full"), [&](ChatSettings &settings) { settings.shiftWhenFull = index == 1; });
    });
}

void SamplerPanel::buildViews(QVBoxLayout *column)
{
    auto *raw = new QCheckBox(tr("Show the raw prompt"));
    raw->setObjectName(QStringLiteral("chatRaw"));
    raw->setToolTip(tr("The text that the model is fed, with its special tokens (Ctrl+Shift+R)"));
    auto *probabilities = new QCheckBox(tr("Show token probabilities"));
    probabilities->setObjectName(QStringLiteral("chatProbabilities"));
    probabilities->setToolTip(tr("For answers made while this is on (Ctrl+Shift+P)"));
    column->addWidget(raw);
    column->addWidget(probabilities);
    connect(raw, &QCheckBox::toggled, this, &SamplerPanel::rawWanted);
    connect(probabilities, &QCheckBox::toggled, this, &SamplerPanel::probabilitiesWanted);
}

void SamplerPanel::change(const QString &what, const std::function<void(ChatSettings &)> &edit)
{
    const Chat *chat = m_controller->chat();
    if (!chat || m_refreshing)
        return;
    ChatSettings settings = chat->settings;
    edit(settings);
    m_controller->workspace()->setSettings(chat->id, settings, what);
}

void SamplerPanel::takeSeed()
{
    const QString text = m_seed->text().trimmed();
    quint64 seed = 0;
    const bool valid = parseSeed(text, &seed);
    const bool wanted = m_seedFixed->isChecked();
    if (!valid && (!text.isEmpty() || wanted)) {
        m_seedFault->setText(
            tr("Whole number from 0 to %1.").arg(QLocale().toString(Q_UINT64_C(18446744073709551615))));
        m_seedFault->show();
        m_seedFixed->setChecked(false);
        return;
    }
    m_seedFault->hide();
    change(tr("seed"), [&](ChatSettings &settings) {
        // A seed that was typed is meant to be used.
        const bool typed = valid && (!settings.seedKnown || settings.seed != seed);
        settings.seedKnown = valid;
        settings.seed = seed;
        settings.seedFixed = valid && (wanted || typed);
    });
}

void SamplerPanel::refresh()
{
    const Chat *chat = m_controller->chat();
    setEnabled(chat);
    if (!chat)
        return;
    m_refreshing = true;
    const CurrentModel *model = m_controller->models()->current();
    const QString system = chat->system.value_or(model ? model->defaultSystem : QString());
    if (m_system->toPlainText() != system)
        m_system->setPlainText(system);
    m_system->setPlaceholderText(tr("None"));
    m_systemReset->setEnabled(chat->system.has_value());
    m_systemReset->setAccessibleDescription(chat->system ? QString() : tr("It is the template's own."));
    const ChatSettings &settings = chat->settings;
    for (const auto &[slider, field] : std::as_const(m_sliders))
        slider->setValue(settings.sampler.*field);
    m_topK->setValue(settings.sampler.topK);
    if (!m_seed->hasFocus() || m_seedFault->isHidden()) {
        m_seed->setText(settings.seedKnown ? QString::number(settings.seed) : QString());
        m_seed->setCursorPosition(0); // a long one shows its beginning
        m_seed->setToolTip(m_seed->text());
    }
    m_seedFixed->setChecked(settings.seedFixed);
    m_maxTokens->setValue(settings.maxTokens);
    m_overflow->setCurrentIndex(settings.shiftWhenFull ? 1 : 0);
    m_preset->show(settings, model ? model->sampler : std::nullopt);
    m_refreshing = false;
    refreshLimits();
}

void SamplerPanel::refreshLimits()
{
    const ContextUse use = m_controller->contextUse();
    const qint64 left = std::max<qint64>(0, use.size - use.used);
    const bool tooMany = use.size > 0 && m_maxTokens->value() > left;
    m_maxTokensNote->setVisible(tooMany);
    if (tooMany)
        m_maxTokensNote->setText(tr("At most %1 tokens remain in this context.").arg(numbers::count(left)));
}

} // namespace lathe::desktop
