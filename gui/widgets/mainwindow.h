// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewersettings.h"

#include <QtWidgets/QMainWindow>

class BusTabs;
class BusView;
class OpenBuses;
class QStackedWidget;
class ViewerActions;

/// The main window. It only connects actions with views and buses, and choices with settings.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    MainWindow();
    ~MainWindow() override;

    /// Opens the tabs from the last session.
    void restoreTabs();
    /// Opens the bus at @p path (raw bytes) in a new tab, or shows its tab. Opens all buses in a directory.
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
