// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/dialogs/memory_estimate.h"

#include <QWidget>

namespace lathe::desktop {

/// A bar of a device's memory: what is in use, what the model's weights, cache and scratch will take, what
/// stays free. The same numbers stand below as words with their colours, and are the accessible description.
class MemoryBar : public QWidget
{
    Q_OBJECT
public:
    explicit MemoryBar(QWidget *parent = nullptr);

    void setEstimate(const MemoryEstimate &memory);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    MemoryEstimate m_memory;
};

} // namespace lathe::desktop
