// SPDX-License-Identifier: GPL-3.0-or-later
// The advice of the open dialog where a model is tight or too big.
#include "app/desktop/dialogs/open_dialog.h"

#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/window/selftest_text.h"

#include <QComboBox>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lathe::desktop {

void OpenDialog::buildAdvice(QVBoxLayout *column)
{
    m_advice = roleFrame("banner-warn");
    m_advice->setObjectName("openAdvice");
    auto *row = new QHBoxLayout(m_advice);
    row->setContentsMargins(12, 8, 12, 8);
    row->setSpacing(12);
    m_adviceIcon = new IconLabel(20);
    auto *texts = new QVBoxLayout;
    m_adviceTitle = roleLabel("heading");
    m_adviceTitle->setObjectName("openAdviceTitle");
    m_adviceText = new QLabel;
    m_adviceText->setWordWrap(true);
    m_adviceText->setObjectName("openAdviceText");
    texts->addWidget(m_adviceTitle);
    texts->addWidget(m_adviceText);
    m_adviceAction = textButton("openAdviceAction", {}, {});
    connect(m_adviceAction, &QPushButton::clicked, this, [this] {
        if (m_adviceRun)
            m_adviceRun();
    });
    row->addWidget(m_adviceIcon);
    row->addLayout(texts, 1);
    row->addWidget(m_adviceAction);
    column->addWidget(m_advice);
}

void OpenDialog::updateAdvice(const MemoryEstimate &memory)
{
    const Fit fit = memory.fit();
    m_advice->setVisible(fit != Fit::Fits);
    m_adviceAction->hide();
    m_adviceRun = nullptr;
    if (fit == Fit::Fits)
        return;
    const bool tooBig = fit == Fit::TooBig;
    setRole(m_advice, tooBig ? "banner-bad" : "banner-warn");
    m_adviceIcon->set(tooBig ? "error" : "warn", tooBig ? Tone::Bad : Tone::Warn);
    const Device *used = device();
    const QString where = used ? shortName(*used) : tr("this device");
    if (tooBig) {
        m_adviceTitle->setText(tr("%1 lack on %2").arg(numbers::bytes(memory.need() - memory.free()), where));
        m_adviceText->setText(tr("Weights take %1, the KV cache %2, scratch %3; free are %4.")
                                  .arg(numbers::bytes(memory.weights), numbers::bytes(memory.cache),
                                       numbers::bytes(memory.scratch), numbers::bytes(memory.free())));
    } else {
        m_adviceTitle->setText(
            tr("It will fit, with %1 to spare").arg(numbers::bytes(memory.free() - memory.need())));
        m_adviceText->setText(
            tr("Another program that takes memory of %1 can stop it. A shorter context or an F16 "
               "cache leaves more room.")
                .arg(where));
    }
    // Only what is computed to help is offered.
    const Inspection model = used ? m_model.on(used->id) : m_model;
    const int shorter =
        longestContext(model, kv(), memory.budget, memory.inUse, tooBig ? Fit::Tight : Fit::Fits);
    if (shorter > 0 && shorter < m_context->value()) {
        m_adviceAction->setText(tr("Use %1").arg(numbers::count(shorter)));
        m_adviceRun = [this, shorter] { setContext(shorter); };
    } else if (kv() == "F32" &&
               estimateMemory(model, m_context->value(), "F16", memory.budget, memory.inUse).fit() < fit) {
        m_adviceAction->setText(tr("Use F16"));
        m_adviceRun = [this] { m_kv->setCurrentText("F16"); };
    }
    m_adviceAction->setVisible(m_adviceRun != nullptr);
    m_adviceAction->setAccessibleName(m_adviceAction->text());
}

} // namespace lathe::desktop
