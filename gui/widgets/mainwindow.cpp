// SPDX-License-Identifier: Apache-2.0
#include "mainwindow.h"

#include "bustabs.h"
#include "busview.h"
#include "chunktasks.h"
#include "chunkview.h"
#include "exportdialog.h"
#include "flatstyle.h"
#include "icons.h"
#include "openbuses.h"
#include "placeholder.h"
#include "plainmessage.h"
#include "plaintext.h"
#include "settingsdialog.h"
#include "vieweractions.h"

#include <QtCore/QFile>
#include <QtCore/QMimeData>
#include <QtGui/QDragEnterEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolBar>

using namespace Qt::StringLiterals;

namespace
{

constexpr QSize firstSize(1280, 820);

} // namespace

MainWindow::MainWindow()
    : m_choices(m_settings.choices())
    , m_actions(new ViewerActions(this))
    , m_tabs(new BusTabs)
    , m_buses(new OpenBuses(&m_settings, m_tabs, this))
    , m_pages(new QStackedWidget)
{
    setWindowIcon(Icons::application());
    setAcceptDrops(true);
    m_pages->addWidget(makeWelcome());
    m_pages->addWidget(m_tabs);
    setCentralWidget(m_pages);
    makeBars();
    connectFileActions();
    connectEditActions();
    connectViewActions();
    connectChoices();
    connect(m_buses, &OpenBuses::viewMade, this, &MainWindow::connectView);
    connect(m_tabs, &QTabWidget::currentChanged, this, &MainWindow::showCurrent);
    resize(firstSize);
    restoreGeometry(m_settings.geometry());
    restoreState(m_settings.windowState());
    setScheme(m_settings.scheme());
    showCurrent();
}

MainWindow::~MainWindow() = default;

void MainWindow::makeBars()
{
    m_actions->fill(menuBar());
    QToolBar *toolBar = addToolBar(tr("Tools"));
    toolBar->setObjectName(u"toolBar"_s);
    toolBar->setMovable(false);
    toolBar->setIconSize(QSize(18, 18));
    FlatStyle::applyTo(toolBar);
    m_actions->fill(toolBar);
}

QWidget *MainWindow::makeWelcome()
{
    auto *welcome = new Placeholder;
    welcome->show(u"open"_s, tr("Open a bus"),
                  tr("Choose a bus file, or a directory for all buses in it, or drop files here. "
                     "A bus that does not exist yet is waited for. Watching writes nothing and slows nobody."));
    auto *file = new QPushButton(tr("Open bus…"));
    auto *directory = new QPushButton(tr("Open directory…"));
    connect(file, &QPushButton::clicked, m_actions->open, &QAction::trigger);
    connect(directory, &QPushButton::clicked, m_actions->openDirectory, &QAction::trigger);
    welcome->addButton(file);
    welcome->addButton(directory);
    return welcome;
}

void MainWindow::connectFileActions()
{
    connect(m_actions->open, &QAction::triggered, m_buses, &OpenBuses::askForBus);
    connect(m_actions->openDirectory, &QAction::triggered, m_buses, &OpenBuses::askForDirectory);
    connect(m_actions->recent, &QMenu::aboutToShow, this, [this] { m_buses->fillRecent(m_actions->recent); });
    connect(m_actions->exportChunks, &QAction::triggered, this, &MainWindow::exportChunks);
    connect(m_actions->closeTab, &QAction::triggered, this, [this] { m_buses->close(m_tabs->currentIndex()); });
    connect(m_actions->quit, &QAction::triggered, this, &QWidget::close);
}

void MainWindow::connectEditActions()
{
    connect(m_actions->copy, &QAction::triggered, this, [this] { ChunkTasks::copyPayloads(currentView()->selectedEntries()); });
    connect(m_actions->save, &QAction::triggered, this, [this] { ChunkTasks::savePayload(*currentView()->inspected(), this); });
    connect(m_actions->selectAll, &QAction::triggered, this, [this] { currentView()->list()->selectAll(); });
    connect(m_actions->find, &QAction::triggered, this, [this] { currentView()->focusSearch(); });
    connect(m_actions->findNext, &QAction::triggered, this, [this] { currentView()->goToMatch(1); });
    connect(m_actions->findPrevious, &QAction::triggered, this, [this] { currentView()->goToMatch(-1); });
    connect(m_actions->clear, &QAction::triggered, this, [this] { currentView()->clear(); });
    connect(m_actions->settings, &QAction::triggered, this, &MainWindow::editSettings);
    connect(m_actions->about, &QAction::triggered, this, &MainWindow::showAbout);
}

void MainWindow::connectViewActions()
{
    connect(m_actions->pause, &QAction::triggered, this, [this](bool paused) { currentView()->setPaused(paused); });
    connect(m_actions->follow, &QAction::triggered, this, [this](bool follow) { currentView()->list()->setFollowing(follow); });
    connect(m_actions->columns, &QMenu::aboutToShow, this, &MainWindow::fillColumns);
}

void MainWindow::connectChoices()
{
    connect(m_actions->timeModes, &QActionGroup::triggered, this, [this](QAction *action) {
        setChoice([&](ViewChoices &choices) { choices.timeMode = static_cast<ChunkModel::TimeMode>(action->data().toInt()); });
    });
    connect(m_actions->inspectorModes, &QActionGroup::triggered, this, [this](QAction *action) {
        setChoice([&](ViewChoices &choices) { choices.inspectorMode = static_cast<Inspector::Mode>(action->data().toInt()); });
    });
    connect(m_actions->plotSpans, &QActionGroup::triggered, this,
            [this](QAction *action) { setChoice([&](ViewChoices &choices) { choices.plotSpan = action->data().toInt(); }); });
    connect(m_actions->showInspector, &QAction::triggered, this,
            [this](bool shown) { setChoice([&](ViewChoices &choices) { choices.inspectorShown = shown; }); });
    connect(m_actions->showPlot, &QAction::triggered, this,
            [this](bool shown) { setChoice([&](ViewChoices &choices) { choices.plotShown = shown; }); });
    connect(m_actions->schemes, &QActionGroup::triggered, this,
            [this](QAction *action) { setScheme(static_cast<Theme::Scheme>(action->data().toInt())); });
}

void MainWindow::connectView(BusView *view)
{
    view->setChoices(m_choices);
    connect(view, &BusView::pausedChanged, this, &MainWindow::updateActions);
    connect(view, &BusView::inspectedChanged, this, &MainWindow::updateActions);
    connect(view->list(), &ChunkView::followingChanged, this, &MainWindow::updateActions);
    connect(view, &BusView::choicesChanged, this, [this] { setChoice([](ViewChoices &) { }); });
}

void MainWindow::restoreTabs()
{
    m_buses->restore();
}

void MainWindow::open(const QByteArray &path)
{
    m_buses->open(path);
}

BusView *MainWindow::currentView() const
{
    return m_tabs->current();
}

void MainWindow::fillColumns()
{
    m_actions->columns->clear();
    if (!currentView())
        return;
    QHeaderView *header = currentView()->list()->horizontalHeader();
    for (int column = 0; column < ChunkModel::Preview; ++column) {
        const QString title = header->model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        QAction *action = m_actions->columns->addAction(title, this, [this, header, column] {
            header->setSectionHidden(column, !header->isSectionHidden(column));
            setChoice([](ViewChoices &) { });
        });
        action->setCheckable(true);
        action->setChecked(!header->isSectionHidden(column));
    }
}

void MainWindow::exportChunks()
{
    BusView *view = currentView();
    (new ExportDialog(view->allEntries(), view->selectedEntries(), view->document()->name(), this))->show();
}

void MainWindow::editSettings()
{
    SettingsDialog dialog(m_settings.bounds(), m_settings.scheme(), this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    m_settings.setBounds(dialog.bounds());
    m_buses->setBounds(dialog.bounds());
    setScheme(dialog.scheme());
}

void MainWindow::showAbout()
{
    PlainMessage::inform(
        this, tr("About filebus-viewer"),
        tr("filebus-viewer %1\n\nShows what happens on filebus channels. It only watches: opening a bus writes "
           "nothing beside it and slows nobody.\n\nIts sources are under the Apache License 2.0. As it is linked "
           "with QCustomPlot, the program as a whole is under the GNU General Public License, version 3.")
            .arg(QApplication::applicationVersion()));
}

// What one view shows is how all of them are shown.
void MainWindow::setChoice(const std::function<void(ViewChoices &)> &change)
{
    if (currentView())
        m_choices = currentView()->choices();
    change(m_choices);
    for (BusView *view : m_tabs->views()) {
        const QSignalBlocker quiet(view);
        view->setChoices(m_choices);
    }
    updateActions();
}

void MainWindow::setScheme(Theme::Scheme scheme)
{
    m_settings.setScheme(scheme);
    Theme::apply(scheme);
    ViewerActions::choose(m_actions->schemes, scheme);
}

void MainWindow::showCurrent()
{
    if (m_shown && m_shown != currentView())
        m_choices = m_shown->choices();
    m_shown = currentView();
    if (m_shown)
        m_shown->setChoices(m_choices);
    m_pages->setCurrentIndex(m_shown ? 1 : 0);
    setWindowTitle(m_shown ? PlainText::windowTitle(m_shown->document()->displayPath()) + tr(" – filebus-viewer")
                           : tr("filebus-viewer"));
    updateActions();
}

void MainWindow::updateActions()
{
    BusView *view = currentView();
    m_actions->setAvailable(view, view && view->inspected() && !view->inspected()->isLoss());
    m_actions->pause->setChecked(view && view->isPaused());
    m_actions->pause->setIcon(Icons::symbolic(view && view->isPaused() ? u"resume"_s : u"pause"_s));
    m_actions->follow->setChecked(view && view->list()->isFollowing());
    m_actions->showInspector->setChecked(m_choices.inspectorShown);
    m_actions->showPlot->setChecked(m_choices.plotShown);
    ViewerActions::choose(m_actions->timeModes, m_choices.timeMode);
    ViewerActions::choose(m_actions->inspectorModes, m_choices.inspectorMode);
    ViewerActions::choose(m_actions->plotSpans, m_choices.plotSpan);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (currentView())
        m_choices = currentView()->choices();
    m_settings.setChoices(m_choices);
    m_settings.setWindow(saveGeometry(), saveState());
    m_buses->remember();
    QMainWindow::closeEvent(event);
}

void MainWindow::updateWatched()
{
    m_buses->setWatched(isVisible() && !isMinimized());
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange)
        updateWatched();
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    updateWatched();
}

void MainWindow::hideEvent(QHideEvent *event)
{
    QMainWindow::hideEvent(event);
    updateWatched();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    for (const QUrl &url : event->mimeData()->urls()) {
        if (url.isLocalFile())
            open(QFile::encodeName(url.toLocalFile()));
    }
    event->acceptProposedAction();
}
