// SPDX-License-Identifier: Apache-2.0
#include "mainwindow.h"

#include "busview.h"
#include "capture.h"
#include "icons.h"

#include <QtWidgets/QTabWidget>

using namespace Qt::StringLiterals;

MainWindow::MainWindow()
    : m_capture(new Capture(this))
    , m_tabs(new QTabWidget)
{
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    m_tabs->setDocumentMode(true);
    setCentralWidget(m_tabs);
    setWindowIcon(Icons::application());
    connect(m_capture, &Capture::batchReady, this, &MainWindow::apply);
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &MainWindow::closeTab);
    resize(1180, 760);
}

MainWindow::~MainWindow() = default;

void MainWindow::openBus(const QByteArray &path)
{
    const quint64 id = m_capture->open(path);
    auto *document = new BusDocument(id, path);
    auto *view = new BusView(document);
    document->setParent(view);
    m_tabs->setCurrentIndex(m_tabs->addTab(view, document->name()));
}

BusView *MainWindow::currentView() const
{
    return qobject_cast<BusView *>(m_tabs->currentWidget());
}

BusView *MainWindow::viewOf(quint64 id) const
{
    for (int i = 0; i < m_tabs->count(); ++i) {
        auto *view = qobject_cast<BusView *>(m_tabs->widget(i));
        if (view->document()->id() == id)
            return view;
    }
    return nullptr;
}

void MainWindow::apply(quint64 id, const BusBatchPointer &batch)
{
    if (BusView *view = viewOf(id))
        view->document()->apply(*batch);
}

void MainWindow::closeTab(int index)
{
    auto *view = qobject_cast<BusView *>(m_tabs->widget(index));
    m_capture->close(view->document()->id());
    m_tabs->removeTab(index);
    view->deleteLater();
}
