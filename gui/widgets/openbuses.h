// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdocuments.h"

#include <QtCore/QObject>

class BusTabs;
class BusView;
class QMenu;
class SharedChoices;
class ViewerSettings;

/// Which buses are open: opens and closes their documents and tabs, and remembers them.
class OpenBuses : public QObject
{
    Q_OBJECT
public:
    /// Dialogs appear above @p window.
    OpenBuses(ViewerSettings *settings, SharedChoices *choices, BusTabs *tabs, QWidget *window);

    /// Opens the tabs of last time.
    void restore();
    /// Opens a bus, by its path in bytes, in a tab of its own, or shows the tab that it has; of a directory all that are in it.
    void open(const QByteArray &path);
    void askForBus();
    void askForDirectory();
    void fillRecent(QMenu *menu);
    void close(int index);
    void remember();

    BusDocuments &documents() { return m_documents; }

Q_SIGNALS:
    /// Before its tab is shown.
    void viewMade(BusView *view);

private:
    void openBus(const QByteArray &path);
    void openDirectory(const QByteArray &path, const QByteArrayList &buses);
    /// What was opened as a bus, as nobody knew better, is a directory.
    void replaceByDirectory(const QByteArray &path, const QByteArrayList &buses);
    void addTab(const QByteArray &path);

    ViewerSettings *m_settings;
    BusTabs *m_tabs;
    QWidget *m_window;
    SharedChoices *m_choices;
    BusDocuments m_documents;
};
