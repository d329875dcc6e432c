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
    : m_choices(new SharedChoices(m_settings.choices(), this))
    , m_actions(new ViewerActions(this))
    , m_tabs(new BusTabs)
    , m_buses(new OpenBuses(&m_settings, m_choices, m_tabs, this))
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
    welcome->setText(u"open"_s, tr("Open a bus"),
                     tr("Choose a bus file, choose a directory to open all buses in it, or drop files here. "
                        "The viewer waits for a bus that does not exist yet. It writes nothing and slows nobody down."));
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
    connect(m_actions->openAddress, &QAction::triggered, m_buses, &OpenBuses::askForAddress);
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
    const auto whenChosen = [this](QActionGroup *group, auto change) {
        connect(group, &QActionGroup::triggered, m_choices, [this, change](QAction *action) {
            m_choices->change([&](ViewChoices &choices) { change(choices, action->data().toInt()); });
        });
    };
    whenChosen(m_actions->timeModes,
               [](ViewChoices &choices, int mode) { choices.timeMode = static_cast<ChunkModel::TimeMode>(mode); });
    whenChosen(m_actions->inspectorModes,
               [](ViewChoices &choices, int mode) { choices.inspectorMode = static_cast<Inspector::Mode>(mode); });
    whenChosen(m_actions->plotSpans, [](ViewChoices &choices, int seconds) { choices.plotSpan = seconds; });
    connect(m_actions->showInspector, &QAction::triggered, m_choices,
            [this](bool shown) { m_choices->change([&](ViewChoices &choices) { choices.inspectorShown = shown; }); });
    connect(m_actions->showPlot, &QAction::triggered, m_choices,
            [this](bool shown) { m_choices->change([&](ViewChoices &choices) { choices.plotShown = shown; }); });
    connect(m_choices, &SharedChoices::changed, this, &MainWindow::updateActions);
    connect(m_actions->schemes, &QActionGroup::triggered, this,
            [this](QAction *action) { setScheme(static_cast<Theme::Scheme>(action->data().toInt())); });
}

void MainWindow::connectView(BusView *view)
{
    connect(view, &BusView::pausedChanged, this, &MainWindow::updateActions);
    connect(view, &BusView::inspectedChanged, this, &MainWindow::updateActions);
    connect(view->list(), &ChunkView::followingChanged, this, &MainWindow::updateActions);
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
        QAction *action = m_actions->columns->addAction(
            title, header, [header, column] { header->setSectionHidden(column, !header->isSectionHidden(column)); });
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
    m_buses->documents().setBounds(dialog.bounds());
    setScheme(dialog.scheme());
}

void MainWindow::showAbout()
{
    PlainMessage::inform(
        this, tr("About filebus-viewer"),
        tr("filebus-viewer %1\n\nShows live what happens on filebus channels. It only watches: it writes nothing in or "
           "beside a bus and slows nobody down.\n\nThe source code is licensed under the Apache License 2.0. Because it is "
           "linked with QCustomPlot, the program as a whole is licensed under the GNU General Public License, version 3.")
            .arg(QApplication::applicationVersion()));
}

void MainWindow::setScheme(Theme::Scheme scheme)
{
    m_settings.setScheme(scheme);
    Theme::apply(scheme);
    ViewerActions::choose(m_actions->schemes, scheme);
}

void MainWindow::showCurrent()
{
    const BusView *view = currentView();
    m_pages->setCurrentIndex(view ? 1 : 0);
    setWindowTitle(view ? PlainText::windowTitle(view->document()->displayPath()) + tr(" – filebus-viewer")
                        : tr("filebus-viewer"));
    updateActions();
}

void MainWindow::updateActions()
{
    const BusView *view = currentView();
    const ViewChoices &choices = m_choices->get();
    m_actions->setAvailable(view, view && view->inspected() && !view->inspected()->isLoss());
    m_actions->pause->setChecked(view && view->isPaused());
    m_actions->pause->setIcon(Icons::symbolic(view && view->isPaused() ? u"resume"_s : u"pause"_s));
    m_actions->follow->setChecked(view && view->list()->isFollowing());
    m_actions->showInspector->setChecked(choices.inspectorShown);
    m_actions->showPlot->setChecked(choices.plotShown);
    ViewerActions::choose(m_actions->timeModes, choices.timeMode);
    ViewerActions::choose(m_actions->inspectorModes, choices.inspectorMode);
    ViewerActions::choose(m_actions->plotSpans, choices.plotSpan);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (currentView())
        currentView()->keepSizes();
    m_settings.setChoices(m_choices->get());
    m_settings.setWindow(saveGeometry(), saveState());
    m_buses->remember();
    QMainWindow::closeEvent(event);
}

void MainWindow::updateWatched()
{
    m_buses->documents().setWatched(isVisible() && !isMinimized());
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
