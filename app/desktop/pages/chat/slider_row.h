// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>
#include <QObject>
#include <QSlider>

class QGridLayout;
class QLabel;

namespace lathe::desktop {

/// A setting with a name, a slider, the exact value beside it (click edits), and a line that says what is
/// wrong with what was typed.
class SliderRow : public QObject
{
    Q_OBJECT
public:
    struct Range {
        double least = 0;
        double most = 1;
        int decimals = 2;
        double step = 0.01; ///< of the slider; typed values may lie between
        double curve = 1;   ///< > 1: the slider is finer at its lower end
    };

    /// Adds itself as a row to `grid`. `objectName` is the slider's; the field's is that + "Value". `name`
    /// stands in front in place of a plain label.
    SliderRow(QGridLayout *grid, const QString &objectName, const QString &label, const QString &tooltip,
              const Range &range, QObject *parent, QWidget *name = nullptr);

    double value() const { return m_value; }
    /// Without emitting anything.
    void setValue(double value);
    QSlider *slider() const { return m_slider; }

signals:
    /// The user chose another value.
    void changed(double value);

private:
    double fromSlider(int position) const;
    int toSlider(double value) const;
    QString shown(double value) const;
    void takeTyped();
    void choose(double value);

    Range m_range;
    QString m_label;
    double m_value = 0;
    QSlider *m_slider;
    QLineEdit *m_field;
    QLabel *m_fault;
};

} // namespace lathe::desktop
