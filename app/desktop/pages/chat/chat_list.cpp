// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/chat_list.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace lathe::desktop {

namespace {

constexpr int kSearchMs = 120; // after the last key

/// Headings in the caption style; the chat that is open on the accent's tint with a bar at its side; under a
/// hit the place where the word stands.
class ChatDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        const bool two = !index.data(ChatListModel::ExcerptRole).toString().isEmpty();
        return {scaled(80), two                                               ? scaled(46)
                            : index.data(ChatListModel::HeadingRole).toBool() ? scaled(26)
                                                                              : scaled(30)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens &colours = tokensFor(option.palette);
        const bool heading = index.data(ChatListModel::HeadingRole).toBool();
        const QString excerpt = index.data(ChatListModel::ExcerptRole).toString();
        const bool chosen = option.state & QStyle::State_Selected;
        painter->save();
        if (chosen) {
            painter->fillRect(option.rect, colours.accentTint);
            QRect bar = option.rect;
            bar.setWidth(scaled(3));
            if (option.direction == Qt::RightToLeft)
                bar.moveRight(option.rect.right());
            painter->fillRect(bar, colours.accent);
        } else if (!heading && option.state & QStyle::State_MouseOver) {
            painter->fillRect(option.rect, colours.alt);
        }
        QFont font = textFont(heading || !excerpt.isEmpty() ? TextSize::Caption : TextSize::Body);
        font.setWeight(heading || !excerpt.isEmpty() ? QFont::DemiBold : QFont::Normal);
        painter->setFont(font);
        painter->setPen(chosen ? colours.accent : heading ? colours.muted : colours.text);
        QRect text = option.rect.adjusted(scaled(12), 0, -scaled(6), 0);
        if (!excerpt.isEmpty())
            text.setBottom(option.rect.center().y());
        drawElided(painter, text, index.data().toString());
        if (!excerpt.isEmpty()) {
            painter->setFont(textFont(TextSize::Caption));
            painter->setPen(chosen ? colours.text : colours.muted);
            drawElided(painter, text.translated(0, text.height()), excerpt);
        }
        painter->restore();
    }

private:
    static void drawElided(QPainter *painter, const QRect &rect, const QString &text)
    {
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeading | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
    }
};

} // namespace

ChatList::ChatList(ChatController *controller, QWidget *parent)
    : QWidget(parent), m_controller(controller), m_model(new ChatListModel(controller->workspace(), this))
{
    setObjectName(QStringLiteral("chatLeft"));
    setAccessibleName(tr("Chats"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(scaled(12), scaled(12), scaled(12), scaled(12));
    column->setSpacing(scaled(8));
    m_new = textButton(QStringLiteral("chatNew"), QStringLiteral("plus"), tr("New chat"));
    m_search = new QLineEdit;
    m_search->setObjectName(QStringLiteral("chatSearch"));
    m_search->setAccessibleName(tr("Search all chats"));
    m_search->setPlaceholderText(tr("Search all chats"));
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumHeight(scaled(28));
    m_search->installEventFilter(this);
    buildView();
    m_export = textButton(QStringLiteral("chatExport"), QStringLiteral("export"), tr("Export …"));
    column->addWidget(m_new);
    column->addWidget(m_search);
    column->addWidget(m_view, 1);
    column->addWidget(m_export, 0, Qt::AlignLeading);
    m_searchTimer.setSingleShot(true);
    m_searchTimer.setInterval(kSearchMs);
    connect(&m_searchTimer, &QTimer::timeout, this, &ChatList::search);
    connect(m_search, &QLineEdit::textChanged, &m_searchTimer, qOverload<>(&QTimer::start));
    connect(m_new, &QPushButton::clicked, controller, &ChatController::newChat);
    connect(m_export, &QPushButton::clicked, this, &ChatList::showExportMenu);
    connect(controller, &ChatController::chatOpened, this, &ChatList::refresh);
    connect(controller->workspace(), &Workspace::chatListChanged, this, &ChatList::refresh);
    refresh();
}

void ChatList::buildView()
{
    m_view = new QListView;
    m_view->setObjectName(QStringLiteral("chatList"));
    m_view->setAccessibleName(tr("Chats"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new ChatDelegate(m_view));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setMouseTracking(true);
    m_view->viewport()->setAutoFillBackground(false);
    QPalette clear = m_view->palette();
    clear.setColor(QPalette::Base, Qt::transparent);
    m_view->setPalette(clear);
    m_view->installEventFilter(this);
    connect(m_view, &QListView::clicked, this, &ChatList::open);
    connect(m_view, &QListView::activated, this, &ChatList::open);
    connect(m_view, &QListView::customContextMenuRequested, this, &ChatList::showMenu);
}

void ChatList::refresh()
{
    if (!m_search->text().trimmed().isEmpty()) {
        m_searchTimer.start();
        return;
    }
    m_model->showChats(m_controller->currentChat());
    const QModelIndex current = m_model->indexOf(m_controller->currentChat());
    if (current.isValid() && m_view->currentIndex() != current)
        m_view->setCurrentIndex(current);
}

void ChatList::search()
{
    const QString text = m_search->text();
    if (text.trimmed().isEmpty()) {
        refresh();
        return;
    }
    m_controller->workspace()->search(text, this, [this](const QList<SearchHit> &hits) {
        if (!m_search->text().trimmed().isEmpty())
            m_model->showHits(hits);
    });
}

void ChatList::open(const QModelIndex &index)
{
    const qint64 chat = index.data(ChatListModel::ChatRole).toLongLong();
    const qint64 message = index.data(ChatListModel::MessageRole).toLongLong();
    if (chat == 0)
        return;
    if (message != 0)
        m_controller->openMessage(chat, message);
    else
        m_controller->openChat(chat);
}

void ChatList::showMenu(const QPoint &at)
{
    const QModelIndex index = m_view->indexAt(at);
    const qint64 chat = index.data(ChatListModel::ChatRole).toLongLong();
    if (chat == 0)
        return;
    auto *menu = new QMenu(m_view);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Rename"), this, [this, index] { m_view->edit(index); });
    menu->addAction(tr("Delete"), this, [this, chat] { m_controller->workspace()->trash(chat); });
    menu->popup(m_view->viewport()->mapToGlobal(at));
}

void ChatList::focusSearch()
{
    m_search->setFocus();
    m_search->selectAll();
}

void ChatList::showExportMenu()
{
    auto *menu = new QMenu(m_export);
    menu->setObjectName(QStringLiteral("chatExportMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Markdown …"), this, [this] { emit exportRequested(false); });
    menu->addAction(tr("JSON tree …"), this, [this] { emit exportRequested(true); });
    menu->popup(m_export->mapToGlobal(QPoint(0, -menu->sizeHint().height())));
}

bool ChatList::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    if (watched == m_search && key == Qt::Key_Escape && !m_search->text().isEmpty()) {
        m_search->clear();
        return true;
    }
    if (watched == m_search && key == Qt::Key_Down) {
        m_view->setFocus();
        if (!m_view->currentIndex().isValid() && m_model->rowCount() > 0)
            m_view->setCurrentIndex(m_model->index(0));
        return true;
    }
    if (watched == m_view && key == Qt::Key_Delete) {
        m_controller->workspace()->trash(m_view->currentIndex().data(ChatListModel::ChatRole).toLongLong());
        return true;
    }
    if (watched == m_view && (key == Qt::Key_Return || key == Qt::Key_Enter)) {
        open(m_view->currentIndex());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace lathe::desktop
