// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdocuments.h"

#include <QtCore/QObject>

class BusTabs;
class BusView;
class QMenu;
class SharedChoices;
class ViewerSettings;

/// The open buses: opens and closes their documents and tabs, and remembers them.
class OpenBuses : public QObject
{
    Q_OBJECT
public:
    /// Dialogs appear above @p window.
    OpenBuses(ViewerSettings *settings, SharedChoices *choices, BusTabs *tabs, QWidget *window);

    /// Opens the tabs from the last session.
    void restore();
    /// Opens the bus at @p path (raw bytes), or at the address of a cluster, in a new tab, or shows its tab. Opens all buses in a
    /// directory.
    void open(const QByteArray &path);
    void askForBus();
    /// Asks for the address of a bus on a cluster.
    void askForAddress();
    void askForDirectory();
    void fillRecent(QMenu *menu);
    void close(int index);
    void remember();

    BusDocuments &documents() { return m_documents; }

Q_SIGNALS:
    /// Emitted before its tab is shown.
    void viewMade(BusView *view);

private:
    void openBus(const QByteArray &path);
    void openDirectory(const QByteArray &path, const QByteArrayList &buses);
    /// Called when a path that was opened as a bus turns out to be a directory.
    void replaceByDirectory(const QByteArray &path, const QByteArrayList &buses);
    void addTab(const QByteArray &path);

    ViewerSettings *m_settings;
    BusTabs *m_tabs;
    QWidget *m_window;
    SharedChoices *m_choices;
    BusDocuments m_documents;
};
