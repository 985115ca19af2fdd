// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pages/chat/slider_row.h"

#include "app/desktop/style/numbers.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QGridLayout>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace lathe::desktop {

namespace {

constexpr int kPositions = 1000; // of a curved slider

} // namespace

SliderRow::SliderRow(QGridLayout *grid, const QString &objectName, const QString &label,
                     const QString &tooltip, const Range &range, QObject *parent, QWidget *name)
    : QObject(parent), m_range(range), m_label(label)
{
    m_slider = new QSlider(Qt::Horizontal);
    m_slider->setObjectName(objectName);
    m_slider->setAccessibleName(label);
    m_slider->setToolTip(tooltip);
    m_slider->setAccessibleDescription(tooltip);
    const bool curved = range.curve != 1;
    m_slider->setRange(0, curved ? kPositions : int(std::lround((range.most - range.least) / range.step)));
    m_slider->setPageStep(std::max(1, m_slider->maximum() / 10));
    if (!name) {
        auto *plain = new QLabel(label);
        plain->setBuddy(m_slider);
        name = plain;
    }
    m_field = new QLineEdit;
    m_field->setObjectName(objectName + QStringLiteral("Value"));
    m_field->setAccessibleName(QStringLiteral("%1 value").arg(label));
    m_field->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_field->setFrame(false);
    m_field->setFixedWidth(scaled(46));
    m_field->setStyleSheet(QStringLiteral("QLineEdit { background: transparent; border: none; }"));
    m_fault = roleLabel("error");
    m_fault->setObjectName(objectName + QStringLiteral("Fault"));
    m_fault->setWordWrap(true);
    m_fault->hide();
    const int row = grid->rowCount();
    grid->addWidget(name, row, 0);
    grid->addWidget(m_slider, row, 1);
    grid->addWidget(m_field, row, 2);
    grid->addWidget(m_fault, row + 1, 0, 1, 3);
    connect(m_slider, &QSlider::valueChanged, this, [this](int position) { choose(fromSlider(position)); });
    connect(m_field, &QLineEdit::editingFinished, this, &SliderRow::takeTyped);
}

double SliderRow::fromSlider(int position) const
{
    const double share = double(position) / std::max(1, m_slider->maximum());
    const double raw = m_range.least + (m_range.most - m_range.least) * std::pow(share, m_range.curve);
    return std::round(raw / m_range.step) * m_range.step;
}

int SliderRow::toSlider(double value) const
{
    const double share = std::clamp((value - m_range.least) / (m_range.most - m_range.least), 0.0, 1.0);
    return int(std::lround(std::pow(share, 1 / m_range.curve) * m_slider->maximum()));
}

QString SliderRow::shown(double value) const
{
    return m_range.decimals == 0 ? QLocale().toString(qint64(value))
                                 : QLocale().toString(value, 'f', m_range.decimals);
}

void SliderRow::setValue(double value)
{
    m_value = value;
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(toSlider(value));
    if (!m_field->hasFocus() || m_fault->isHidden())
        m_field->setText(shown(value));
}

void SliderRow::choose(double value)
{
    m_fault->hide();
    m_field->setText(shown(value));
    if (value == m_value)
        return;
    m_value = value;
    emit changed(value);
}

void SliderRow::takeTyped()
{
    bool ok = false;
    double value = QLocale().toDouble(m_field->text().trimmed(), &ok);
    if (!ok)
        value = QLocale::c().toDouble(m_field->text().trimmed(), &ok);
    if (m_range.decimals == 0 && value != std::floor(value))
        ok = false;
    if (!ok || !(value >= m_range.least && value <= m_range.most)) {
        const auto plain = [](double number) { return QLocale().toString(number, 'g', 6); };
        m_fault->setText(
            tr("%1 goes from %2 to %3.").arg(m_label, plain(m_range.least), plain(m_range.most)));
        m_fault->show();
        m_field->setAccessibleDescription(m_fault->text());
        return;
    }
    m_field->setAccessibleDescription({});
    choose(value);
    setValue(value);
}

} // namespace lathe::desktop
