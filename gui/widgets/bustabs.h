// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtWidgets/QTabWidget>

class BusDocument;
class BusView;

/// A tab for each bus, with a mark for its state.
class BusTabs : public QTabWidget
{
    Q_OBJECT
public:
    explicit BusTabs(QWidget *parent = nullptr);

    void add(BusView *view);
    QList<BusView *> views() const;
    BusView *current() const;
    /// The view that shows @p document.
    BusView *viewOf(const BusDocument *document) const;

    void refreshState(BusView *view);

private:
    void addCloseButton(int index, BusView *view);
};
