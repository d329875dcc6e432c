// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewersettings.h"

#include <QtWidgets/QMainWindow>

class BusTabs;
class BusView;
class OpenBuses;
class QStackedWidget;
class ViewerActions;

/// The window. It only wires: actions to views and buses, choices to settings.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    MainWindow();
    ~MainWindow() override;

    /// Opens the tabs of last time.
    void restoreTabs();
    /// Opens a bus, by its path in bytes, in a tab of its own, or shows the tab that it has; of a directory all that are in it.
    void open(const QByteArray &path);
    BusView *currentView() const;

protected:
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void makeBars();
    QWidget *makeWelcome();
    void connectFileActions();
    void connectEditActions();
    void connectViewActions();
    void connectChoices();
    void connectView(BusView *view);

    void fillColumns();
    void exportChunks();
    void editSettings();
    void showAbout();

    void setScheme(Theme::Scheme scheme);
    void showCurrent();
    void updateActions();
    void updateWatched();

    ViewerSettings m_settings;
    SharedChoices *m_choices;
    ViewerActions *m_actions;
    BusTabs *m_tabs;
    OpenBuses *m_buses;
    QStackedWidget *m_pages;
};
