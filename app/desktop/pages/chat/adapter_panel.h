// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/pages/chat/chat_controller.h"

#include <QCheckBox>
#include <QMap>

class QGridLayout;
class QLabel;
class QScrollArea;

namespace lathe::desktop {

class SliderRow;

/// A check box whose text ends in "…" where there is no room, with the whole text in the tooltip.
class ElidedCheckBox : public QCheckBox
{
    Q_OBJECT
public:
    using QCheckBox::QCheckBox;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// The adapters of the shown chat: on or off, scale, remove, add. They act on the next answer; every change
/// is an undoable edit. Each is held against the open model, and what does not fit says so under its name.
class AdapterPanel : public QWidget
{
    Q_OBJECT
public:
    explicit AdapterPanel(ChatController *controller, QWidget *parent = nullptr);

signals:
    void addRequested();

private:
    struct Row {
        ElidedCheckBox *on;
        SliderRow *scale;
        QLabel *fault;
    };
    struct Verdict {
        QString fault; ///< empty: it fits
        QString facts; ///< rank and size
    };

    void refresh();
    void rebuild(const QList<ChatAdapter> &adapters);
    void addRow(QGridLayout *grid, const ChatAdapter &adapter, qsizetype index);
    void modelChanged();
    void judge(const QString &path);
    void showVerdict(qsizetype index);

    ChatController *m_controller;
    QLabel *m_empty;
    QScrollArea *m_scroll;
    QList<Row> m_rows;
    QStringList m_paths; ///< of the rows
    QString m_model;     ///< handle that the verdicts are of
    QMap<QString, Verdict> m_verdicts;
};

} // namespace lathe::desktop
