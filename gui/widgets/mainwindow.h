// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busbatch.h"

#include <QtWidgets/QMainWindow>

class BusView;
class Capture;
class QTabWidget;

/// The window: a tab for each bus. It only wires.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    MainWindow();
    ~MainWindow() override;

    /// Opens a bus, by its path in bytes, in a tab of its own, or shows the tab that it has.
    void openBus(const QByteArray &path);
    BusView *currentView() const;

private:
    void apply(quint64 id, const BusBatchPointer &batch);
    BusView *viewOf(quint64 id) const;
    void closeTab(int index);

    Capture *m_capture;
    QTabWidget *m_tabs;
};
