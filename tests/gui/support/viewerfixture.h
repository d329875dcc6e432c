// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdirectory.h"
#include "busview.h"
#include "chunkview.h"
#include "mainwindow.h"
#include "program.h"

#include <QtCore/QTemporaryDir>
#include <QtWidgets/QLabel>

/// A window with settings of its own, on buses in a directory of its own.
class ViewerFixture
{
public:
    ViewerFixture();
    ~ViewerFixture();
    Q_DISABLE_COPY_MOVE(ViewerFixture)

    MainWindow &window() { return *m_window; }
    BusView &view() { return *m_window->currentView(); }
    ChunkModel &chunks() { return *view().document()->chunks(); }
    const BusReport &report() { return view().document()->report(); }
    ChunkView &list() { return *view().list(); }

    /// A file in the directory of the buses.
    QString file(const QString &name) const { return m_directory.file(name); }
    QString bus() const { return m_directory.bus(); }
    const BusDirectory &directory() const { return m_directory; }

    /// Opens a bus, as an argument of the program does.
    void open(const QString &path);
    /// Closes the window and starts anew, with what is remembered.
    void restart();

    /// Presses the keys of an action.
    void press(const QKeySequence &keys);
    /// What a label shows in the current view.
    QString shown(const char *label);
    template<typename Widget>
    Widget *find(const char *name)
    {
        return view().findChild<Widget *>(QLatin1StringView(name));
    }
    /// Clicks into a row of the list.
    void clickRow(int row);

private:
    QTemporaryDir m_settings;
    BusDirectory m_directory;
    std::unique_ptr<MainWindow> m_window;
};

/// A producer that makes a chunk of each 8 bytes that it is fed.
class EightByteProducer : public Program
{
public:
    explicit EightByteProducer(const QString &bus, const QStringList &options = {});
    /// The numbers from @p first to @p last, each a chunk.
    bool publish(int first, int last);
};
