// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtWidgets/QTabWidget>

class BusView;

/// A tab for each bus, which shows its state.
class BusTabs : public QTabWidget
{
    Q_OBJECT
public:
    explicit BusTabs(QWidget *parent = nullptr);

    void add(BusView *view);
    QList<BusView *> views() const;
    BusView *current() const;
    BusView *viewOf(quint64 id) const;
    /// By the path of the bus.
    BusView *viewOf(const QByteArray &path) const;

    void refreshState(BusView *view);

private:
    void addCloseButton(int index, BusView *view);
};
