// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reporttext.h"

#include <QtWidgets/QWidget>

class QHBoxLayout;
class QLabel;

/// The figures of a bus, side by side.
class FiguresBar : public QWidget
{
    Q_OBJECT
public:
    explicit FiguresBar(QWidget *parent = nullptr);

    void setReport(const BusReport &report);

protected:
    void changeEvent(QEvent *event) override;

private:
    /// A title, a figure, and a detail below it.
    struct Tile {
        QWidget *box;
        QLabel *title;
        QLabel *value;
        QLabel *detail;
    };

    Tile addTile(QHBoxLayout *layout, const QString &name, const QString &title, const QString &explanation);
    void set(const Tile &tile, const ReportText::Figure &figure);
    void colorTexts();
    void colorLosses();

    Tile m_published, m_seen, m_data, m_lost, m_newest, m_latency, m_producers, m_subscribers, m_foundBy;
    bool m_hasLosses = false;
    bool m_isOld = false; ///< the figures date from when the bus last responded
};
