// SPDX-License-Identifier: Apache-2.0
#include "vieweractions.h"

#include "chunkmodel.h"
#include "icons.h"
#include "inspector.h"
#include "theme.h"

#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QToolBar>

#include <algorithm>

using namespace Qt::StringLiterals;

ViewerActions::ViewerActions(QWidget *window)
    : QObject(window)
    , timeModes(new QActionGroup(this))
    , inspectorModes(new QActionGroup(this))
    , plotSpans(new QActionGroup(this))
    , schemes(new QActionGroup(this))
    , recent(new QMenu(tr("Open &Recent"), window))
    , columns(new QMenu(tr("&Columns"), window))
    , m_window(window)
{
    recent->setObjectName(u"recent"_s);
    makeFileActions();
    makeEditActions();
    makeViewActions();
    makeChoices();
}

QAction *ViewerActions::add(const QString &name, const QString &icon, const QString &text, const QKeySequence &shortcut,
                            const QString &explanation)
{
    auto *action = new QAction(text, m_window);
    action->setObjectName(name);
    if (!icon.isEmpty())
        action->setIcon(Icons::symbolic(icon));
    action->setShortcut(shortcut);
    const QString keys = shortcut.toString(QKeySequence::NativeText);
    action->setToolTip(keys.isEmpty() ? explanation : explanation + u" ("_s + keys + u')');
    action->setStatusTip(explanation);
    m_window->addAction(action);
    return action;
}

QAction *ViewerActions::addSwitch(const QString &name, const QString &icon, const QString &text, const QKeySequence &shortcut,
                                  const QString &explanation)
{
    QAction *action = add(name, icon, text, shortcut, explanation);
    action->setCheckable(true);
    return action;
}

QAction *ViewerActions::addChoice(QActionGroup *group, const QString &name, const QString &text, const QKeySequence &shortcut,
                                  int data)
{
    QAction *action = addSwitch(name, {}, text, shortcut, text);
    action->setData(data);
    group->addAction(action);
    action->setChecked(group->actions().size() == 1);
    return action;
}

void ViewerActions::makeFileActions()
{
    open = add(u"open"_s, u"open"_s, tr("&Open…"), QKeySequence::Open, tr("Open a bus"));
    openDirectory = add(u"openDirectory"_s, u"directory"_s, tr("Open &Directory…"), Qt::CTRL | Qt::SHIFT | Qt::Key_O,
                        tr("Open all buses in a directory"));
    openAddress =
        add(u"openAddress"_s, {}, tr("Open &Address…"), Qt::CTRL | Qt::SHIFT | Qt::Key_L, tr("Open a bus on a cluster"));
    exportChunks = add(u"export"_s, u"export"_s, tr("&Export…"), Qt::CTRL | Qt::Key_E,
                       tr("Write chunks to a file as JSON Lines, CSV or tar"));
    closeTab = add(u"closeTab"_s, u"close"_s, tr("&Close Tab"), Qt::CTRL | Qt::Key_W, tr("Stop watching this bus"));
    quit = add(u"quit"_s, {}, tr("&Quit"), Qt::CTRL | Qt::Key_Q, tr("Close the viewer"));
}

void ViewerActions::makeEditActions()
{
    copy = add(u"copy"_s, u"copy"_s, tr("&Copy Payload"), QKeySequence::Copy, tr("Copy the payloads of the selected chunks"));
    save = add(u"save"_s, u"save"_s, tr("&Save Payload…"), QKeySequence::Save, tr("Save the payload of the current chunk"));
    selectAll = add(u"selectAll"_s, {}, tr("Select &All"), QKeySequence::SelectAll, tr("Select all chunks in the list"));
    find = add(u"find"_s, u"find"_s, tr("&Find"), QKeySequence::Find, tr("Filter or highlight chunks"));
    findNext = add(u"findNext"_s, u"next"_s, tr("Find &Next"), Qt::Key_F3, tr("Go to the next match"));
    findPrevious =
        add(u"findPrevious"_s, u"previous"_s, tr("Find &Previous"), Qt::SHIFT | Qt::Key_F3, tr("Go to the previous match"));
    clear = add(u"clear"_s, u"clear"_s, tr("C&lear"), Qt::CTRL | Qt::Key_L, tr("Discard the captured chunks"));
    settings = add(u"settings"_s, u"settings"_s, tr("Se&ttings…"), Qt::CTRL | Qt::Key_Comma, tr("Limits and colours"));
    about = add(u"about"_s, {}, tr("&About filebus-viewer"), Qt::Key_F1, tr("Version and licence"));
}

void ViewerActions::makeViewActions()
{
    pause =
        addSwitch(u"pause"_s, u"pause"_s, tr("&Pause"), Qt::CTRL | Qt::Key_P, tr("Freeze the view while capturing continues"));
    follow =
        addSwitch(u"follow"_s, u"end"_s, tr("&Follow New Chunks"), Qt::CTRL | Qt::Key_End, tr("Always show the newest chunk"));
    follow->setChecked(true);
    showInspector = addSwitch(u"showInspector"_s, {}, tr("&Inspector"), Qt::CTRL | Qt::Key_I, tr("Show the selected chunk"));
    showPlot = addSwitch(u"showPlot"_s, {}, tr("&Activity"), Qt::CTRL | Qt::Key_G, tr("Show rates over time"));
    showInspector->setChecked(true);
    showPlot->setChecked(true);
}

void ViewerActions::makeChoices()
{
    addChoice(timeModes, u"timeAbsolute"_s, tr("Time of &Day"), Qt::CTRL | Qt::Key_T, ChunkModel::AbsoluteTime);
    addChoice(timeModes, u"timeSince"_s, tr("Since the &Previous Chunk"), Qt::CTRL | Qt::SHIFT | Qt::Key_T,
              ChunkModel::SincePrevious);
    addChoice(inspectorModes, u"modeAuto"_s, tr("&Automatic"), Qt::CTRL | Qt::Key_1, Inspector::Automatic);
    addChoice(inspectorModes, u"modeText"_s, tr("&Text"), Qt::CTRL | Qt::Key_2, Inspector::Text);
    addChoice(inspectorModes, u"modeJson"_s, tr("&JSON"), Qt::CTRL | Qt::Key_3, Inspector::Json);
    addChoice(inspectorModes, u"modeHex"_s, tr("&Hex"), Qt::CTRL | Qt::Key_4, Inspector::Hex);
    addChoice(inspectorModes, u"modeChanges"_s, tr("&Changes"), Qt::CTRL | Qt::Key_5, Inspector::Changes);
    addChoice(plotSpans, u"spanMinute"_s, tr("Last &Minute"), Qt::ALT | Qt::Key_1, 60);
    addChoice(plotSpans, u"spanTenMinutes"_s, tr("Last &Ten Minutes"), Qt::ALT | Qt::Key_2, 600);
    addChoice(plotSpans, u"spanHour"_s, tr("Last &Hour"), Qt::ALT | Qt::Key_3, 3600);
    addChoice(schemes, u"schemeSystem"_s, tr("Follow the &System"), {}, Theme::System);
    addChoice(schemes, u"schemeLight"_s, tr("&Light"), {}, Theme::Light);
    addChoice(schemes, u"schemeDark"_s, tr("&Dark"), {}, Theme::Dark);
}

void ViewerActions::fill(QMenuBar *menuBar)
{
    QMenu *file = menuBar->addMenu(tr("&File"));
    file->addActions({open, openDirectory, openAddress});
    file->addMenu(recent);
    file->addSeparator();
    file->addActions({save, exportChunks});
    file->addSeparator();
    file->addActions({closeTab, quit});
    QMenu *edit = menuBar->addMenu(tr("&Edit"));
    edit->addActions({copy, selectAll});
    edit->addSeparator();
    edit->addActions({find, findNext, findPrevious});
    edit->addSeparator();
    edit->addActions({clear, settings});
    QMenu *view = menuBar->addMenu(tr("&View"));
    view->addActions({pause, follow});
    view->addSeparator();
    view->addActions({showInspector, showPlot});
    view->addMenu(columns);
    view->addMenu(tr("&Times"))->addActions(timeModes->actions());
    view->addMenu(tr("&Payload"))->addActions(inspectorModes->actions());
    view->addMenu(tr("Acti&vity Span"))->addActions(plotSpans->actions());
    view->addMenu(tr("C&olours"))->addActions(schemes->actions());
    menuBar->addMenu(tr("&Help"))->addAction(about);
}

void ViewerActions::fill(QToolBar *toolBar)
{
    toolBar->addActions({open, openDirectory});
    toolBar->addSeparator();
    toolBar->addActions({pause, follow, clear});
    toolBar->addSeparator();
    toolBar->addActions({copy, save, exportChunks});
    toolBar->addSeparator();
    toolBar->addActions({find, settings});
}

void ViewerActions::setAvailable(bool bus, bool chunk)
{
    for (QAction *action : {exportChunks, closeTab, selectAll, find, findNext, findPrevious, clear, pause, follow})
        action->setEnabled(bus);
    for (QAction *action : {copy, save})
        action->setEnabled(chunk);
    inspectorModes->setEnabled(bus);
    plotSpans->setEnabled(bus);
    timeModes->setEnabled(bus);
}

void ViewerActions::choose(QActionGroup *group, int data)
{
    const QList<QAction *> actions = group->actions();
    const auto found =
        std::find_if(actions.begin(), actions.end(), [&](QAction *action) { return action->data().toInt() == data; });
    (found == actions.end() ? actions.constFirst() : *found)->setChecked(true);
}
