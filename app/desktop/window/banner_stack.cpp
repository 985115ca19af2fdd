// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window/banner_stack.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QVBoxLayout>
#include <algorithm>

namespace lathe::desktop {

constexpr int kActions = 3;

struct ToneLook {
    Tone tone;
    const char *role, *icon;
    int rank; ///< what is worse is seen first
};
static constexpr ToneLook kLooks[] = {{Tone::Bad, "banner-bad", "error", 0},
                                      {Tone::Warn, "banner-warn", "warn", 1},
                                      {Tone::Good, "banner-good", "check", 2},
                                      {Tone::Accent, "banner-info", "info", 2}};

static const ToneLook &lookOf(Tone tone)
{
    const auto *found = std::ranges::find(kLooks, tone, &ToneLook::tone);
    return found == std::end(kLooks) ? kLooks[3] : *found;
}

BannerStack::BannerStack(QWidget *parent) : QFrame(parent)
{
    setObjectName("bannerStack");
    setAccessibleName(tr("Messages"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(12, 10, 12, 10);
    m_frame = roleFrame("banner-info");
    outer->addWidget(m_frame);
    auto *row = new QHBoxLayout(m_frame);
    row->setContentsMargins(14, 8, 10, 8);
    row->setSpacing(12);
    m_icon = new IconLabel(20);
    row->addWidget(m_icon);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    m_title = roleLabel("heading");
    m_title->setObjectName("bannerTitle");
    m_title->setWordWrap(true);
    m_text = new QLabel;
    m_text->setObjectName("bannerText");
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    texts->addWidget(m_title);
    texts->addWidget(m_text);
    row->addLayout(texts, 1);
    m_count = roleLabel("caption");
    m_count->setObjectName("bannerCount");
    row->addWidget(m_count);
    for (int i = 0; i < kActions; ++i) {
        m_buttons.append(textButton(QStringLiteral("bannerAction%1").arg(i + 1), {}, {}));
        row->addWidget(m_buttons.last());
    }
    m_close = iconButton("bannerClose", "close", tr("Close this message"));
    connect(m_close, &QToolButton::clicked, this, &BannerStack::closeFront);
    row->addWidget(m_close);
    hide();
}

void BannerStack::post(const Message &message)
{
    m_messages.removeIf([&](const Message &other) { return other.id == message.id; });
    const auto rank = [](const Message &m) { return lookOf(m.tone).rank; };
    m_messages.insert(std::ranges::lower_bound(m_messages, rank(message), {}, rank), message);
    showFront();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void BannerStack::withdraw(const QString &id)
{
    if (m_messages.removeIf([&](const Message &message) { return message.id == id; }) > 0)
        showFront();
}

void BannerStack::closeFront()
{
    if (m_messages.isEmpty())
        return;
    m_messages.removeFirst();
    showFront();
}

void BannerStack::showFront()
{
    setVisible(!m_messages.isEmpty());
    if (!m_messages.isEmpty())
        fill(m_messages.first());
}

void BannerStack::fill(const Message &message)
{
    const ToneLook &look = lookOf(message.tone);
    setRole(m_frame, look.role);
    m_icon->set(look.icon, message.tone);
    m_title->setText(message.title);
    m_text->setText(message.text);
    m_text->setVisible(!message.text.isEmpty());
    setAccessibleDescription(message.title + ". " + message.text);
    m_count->setText(tr("1 of %1").arg(m_messages.size()));
    m_count->setVisible(m_messages.size() > 1);
    for (int i = 0; i < kActions; ++i) {
        QPushButton *button = m_buttons[i];
        button->disconnect(this);
        button->setVisible(i < message.actions.size());
        if (i >= message.actions.size())
            continue;
        const MessageAction &action = message.actions[i];
        button->setText(action.label);
        button->setAccessibleName(spoken(action.label));
        button->setIcon(action.icon.isEmpty() ? QIcon() : icon(action.icon));
        // The action may post a message of its own, so this one is closed first.
        connect(button, &QPushButton::clicked, this, [this, run = action.run, id = message.id] {
            withdraw(id);
            run();
        });
    }
}

} // namespace lathe::desktop
