// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/adapter_panel.h"

#include "app/desktop/pages/chat/slider_row.h"
#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QGridLayout>
#include <QScrollArea>
#include <QStyleOptionButton>
#include <QStylePainter>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::desktop {

QSize ElidedCheckBox::sizeHint() const
{
    const QSize whole = QCheckBox::sizeHint();
    return {std::min(whole.width(), scaled(104)), whole.height()};
}

void ElidedCheckBox::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    const int room = style()->subElementRect(QStyle::SE_CheckBoxContents, &option, this).width();
    option.text = fontMetrics().elidedText(text(), Qt::ElideMiddle, room);
    painter.drawControl(QStyle::CE_CheckBox, option);
}

AdapterPanel::AdapterPanel(ChatController *controller, QWidget *parent)
    : QWidget(parent), m_controller(controller)
{
    setObjectName(QStringLiteral("chatAdapters"));
    setAccessibleName(tr("Adapters"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(scaled(4));
    auto *head = new QHBoxLayout;
    head->addWidget(roleLabel("heading", tr("Adapters")), 1);
    QToolButton *add =
        iconButton(QStringLiteral("chatAdapterAdd"), QStringLiteral("plus"), tr("Add an adapter"));
    head->addWidget(add);
    column->addLayout(head);
    m_empty = roleLabel("caption", tr("None. A LoRA folder or file can be dropped on the window."));
    m_empty->setObjectName(QStringLiteral("chatAdapterNone"));
    m_empty->setWordWrap(true);
    column->addWidget(m_empty);
    m_scroll = new QScrollArea;
    m_scroll->setObjectName(QStringLiteral("chatAdapterScroll"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    column->addWidget(m_scroll, 1);
    connect(add, &QToolButton::clicked, this, &AdapterPanel::addRequested);
    connect(controller, &ChatController::chatOpened, this, &AdapterPanel::refresh);
    connect(controller->models(), &ModelController::currentModelChanged, this, &AdapterPanel::modelChanged);
    connect(controller->workspace(), &Workspace::chatSettingsChanged, this, [this](qint64 chat) {
        if (chat == m_controller->currentChat())
            refresh();
    });
    modelChanged();
}

void AdapterPanel::modelChanged()
{
    const CurrentModel *model = m_controller->models()->current();
    const QString handle = model ? model->handle : QString();
    if (handle != m_model) {
        m_model = handle;
        m_verdicts.clear();
    }
    refresh();
}

void AdapterPanel::refresh()
{
    const Chat *chat = m_controller->chat();
    const QList<ChatAdapter> adapters = chat ? chat->settings.adapters : QList<ChatAdapter>();
    QStringList paths;
    for (const ChatAdapter &adapter : adapters)
        paths.append(adapter.path);
    if (paths != m_paths || !m_scroll->widget())
        rebuild(adapters);
    for (qsizetype i = 0; i < adapters.size(); ++i) {
        m_rows[i].on->setChecked(adapters[i].on);
        m_rows[i].scale->setValue(adapters[i].scale);
        if (!m_verdicts.contains(adapters[i].path))
            judge(adapters[i].path);
        showVerdict(i);
    }
    m_empty->setVisible(adapters.isEmpty());
    m_scroll->setVisible(!adapters.isEmpty());
}

void AdapterPanel::rebuild(const QList<ChatAdapter> &adapters)
{
    m_rows.clear();
    m_paths.clear();
    auto *body = new QWidget;
    auto *grid = new QGridLayout(body);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(scaled(6));
    grid->setVerticalSpacing(scaled(2));
    grid->setColumnStretch(1, 1);
    for (qsizetype i = 0; i < adapters.size(); ++i)
        addRow(grid, adapters[i], i);
    // The one before may be the sender of the change.
    if (QWidget *old = m_scroll->takeWidget())
        old->deleteLater();
    m_scroll->setWidget(body);
    body->setAutoFillBackground(false);
    m_scroll->setMaximumHeight(body->sizeHint().height());
    m_scroll->setMinimumHeight(std::min(body->sizeHint().height(), scaled(56)));
}

void AdapterPanel::addRow(QGridLayout *grid, const ChatAdapter &adapter, qsizetype index)
{
    const QString number = QString::number(index + 1), name = adapter.name;
    const auto change = [this, path = adapter.path](const QString &what, const auto &edit) {
        m_controller->changeAdapters(what, [&](QList<ChatAdapter> &list) {
            for (ChatAdapter &one : list)
                if (one.path == path)
                    edit(one);
        });
    };
    auto *on = new ElidedCheckBox(name);
    on->setObjectName(QStringLiteral("chatAdapterOn") + number);
    on->setAccessibleName(name);
    auto *scale =
        new SliderRow(grid, QStringLiteral("chatAdapterScale") + number, tr("Scale of %1").arg(name),
                      tr("Times what the adapter adds to the weights; 0: nothing, 1: as trained."),
                      {0, ChatAdapter::kMostScale, 2, 0.05}, grid->parentWidget(), on);
    const int row = grid->rowCount() - 2; // a slider row has a second one for what is wrong
    QToolButton *remove = iconButton(QStringLiteral("chatAdapterRemove") + number, QStringLiteral("close"),
                                     tr("Remove %1").arg(name));
    grid->addWidget(remove, row, 3);
    auto *fault = roleLabel("error");
    fault->setObjectName(QStringLiteral("chatAdapterFault") + number);
    fault->setWordWrap(true);
    grid->addWidget(fault, grid->rowCount(), 0, 1, 4);
    connect(on, &QCheckBox::clicked, this, [change, name](bool checked) {
        change(checked ? tr("switch on %1").arg(name) : tr("switch off %1").arg(name),
               [&](ChatAdapter &one) { one.on = checked; });
    });
    connect(scale, &SliderRow::changed, this, [change, name](double value) {
        change(tr("scale of %1").arg(name), [&](ChatAdapter &one) { one.scale = value; });
    });
    connect(remove, &QToolButton::clicked, this, [this, path = adapter.path, name] {
        m_controller->changeAdapters(tr("remove adapter %1").arg(name), [&](QList<ChatAdapter> &list) {
            list.removeIf([&](const ChatAdapter &one) { return one.path == path; });
        });
    });
    m_rows.append({on, scale, fault});
    m_paths.append(adapter.path);
}

void AdapterPanel::judge(const QString &path)
{
    m_controller->inspectAdapter(
        path, this, [this, path, model = m_model](const QJsonObject &told, const QString &fault) {
            if (model != m_model)
                return;
            m_verdicts[path] = {fault, fault.isEmpty()
                                           ? tr("rank %1, %2")
                                                 .arg(told["rank"].toInt())
                                                 .arg(numbers::bytes(quint64(told["bytes"].toDouble())))
                                           : QString()};
            showVerdict(m_paths.indexOf(path));
        });
}

void AdapterPanel::showVerdict(qsizetype index)
{
    if (index < 0)
        return;
    const Verdict verdict = m_verdicts.value(m_paths[index]);
    const Row &row = m_rows[index];
    row.fault->setText(verdict.fault);
    row.fault->setVisible(!verdict.fault.isEmpty());
    QStringList lines{row.on->text(), m_paths[index], verdict.facts};
    lines.removeAll(QString());
    row.on->setToolTip(lines.join(u'\n'));
    row.on->setAccessibleDescription(verdict.fault.isEmpty() ? verdict.facts : verdict.fault);
    const int height = m_scroll->widget()->heightForWidth(m_scroll->viewport()->width());
    m_scroll->setMaximumHeight(std::max(height, m_scroll->widget()->sizeHint().height()));
}

} // namespace lathe::desktop
