// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdirectory.h"
#include "busview.h"
#include "chunkview.h"
#include "mainwindow.h"
#include "program.h"

#include <QtCore/QTemporaryDir>
#include <QtWidgets/QLabel>

/// A window with its own settings, for buses in its own directory.
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

    /// Opens a bus like an argument of the program.
    void open(const QString &path);
    /// Closes the window and opens a new one with the remembered settings.
    void restart();

    /// Presses the keys of an action.
    void press(const QKeySequence &keys);
    /// The text of a label in the current view.
    QString shown(const char *label);
    template<typename Widget>
    Widget *find(const char *name)
    {
        return view().findChild<Widget *>(QLatin1StringView(name));
    }
    /// Clicks on a row of the list.
    void clickRow(int row);

private:
    QTemporaryDir m_settings;
    BusDirectory m_directory;
    std::unique_ptr<MainWindow> m_window;
};

/// A producer that turns every 8 bytes of input into a chunk.
class EightByteProducer : public Program
{
public:
    explicit EightByteProducer(const QString &bus, const QStringList &options = {});
    /// Publishes the numbers from @p first to @p last, one chunk each.
    bool publish(int first, int last);
};
