// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busbatch.h"
#include "viewersettings.h"

#include <QtCore/QPointer>
#include <QtWidgets/QMainWindow>

#include <functional>

class BusTabs;
class BusView;
class Capture;
class QStackedWidget;
class ViewerActions;

/// The window. It only wires: actions to views, the capture to documents, choices to settings.
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

    void openDirectory(const QByteArray &path);
    void addTab(const QByteArray &path);
    void askForBus();
    void askForDirectory();
    void fillRecent();
    void fillColumns();
    void closeTab(int index);
    void apply(quint64 id, const BusBatchPointer &batch);

    void exportChunks();
    void editSettings();
    void showAbout();

    void setChoice(const std::function<void(ViewChoices &)> &change);
    void setScheme(Theme::Scheme scheme);
    void showCurrent();
    void updateActions();
    void updateWatched();
    void rememberTabs();

    ViewerSettings m_settings;
    ViewChoices m_choices;
    Capture *m_capture;
    ViewerActions *m_actions;
    BusTabs *m_tabs;
    QStackedWidget *m_pages;
    QPointer<BusView> m_shown;
};
