// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGui/QAction>
#include <QtGui/QActionGroup>

class QMenuBar;
class QMenu;
class QToolBar;

/// Everything the user can do, with text, icon, shortcut and explanation. The window connects the actions.
class ViewerActions : public QObject
{
    Q_OBJECT
public:
    explicit ViewerActions(QWidget *window);

    void fill(QMenuBar *menuBar);
    void fill(QToolBar *toolBar);
    /// Enables the actions that need an open bus, and those that need a selected chunk.
    void setAvailable(bool bus, bool chunk);
    /// Checks the action of @p group with that @p data; the first one if none has it.
    static void choose(QActionGroup *group, int data);

    QAction *open, *openDirectory, *openAddress, *exportChunks, *closeTab, *quit;
    QAction *copy, *save, *selectAll, *find, *findNext, *findPrevious, *clear, *settings;
    QAction *pause, *follow;
    QAction *showInspector, *showPlot;
    QAction *about;
    QActionGroup *timeModes;      ///< data: ChunkModel::TimeMode
    QActionGroup *inspectorModes; ///< data: Inspector::Mode
    QActionGroup *plotSpans;      ///< data: seconds
    QActionGroup *schemes;        ///< data: Theme::Scheme
    QMenu *recent;
    QMenu *columns; ///< filled by the window

private:
    QAction *add(const QString &name, const QString &icon, const QString &text, const QKeySequence &shortcut,
                 const QString &explanation);
    QAction *addSwitch(const QString &name, const QString &icon, const QString &text, const QKeySequence &shortcut,
                       const QString &explanation);
    QAction *addChoice(QActionGroup *group, const QString &name, const QString &text, const QKeySequence &shortcut, int data);
    void makeFileActions();
    void makeEditActions();
    void makeViewActions();
    void makeChoices();

    QWidget *m_window;
};
