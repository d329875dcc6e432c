// SPDX-License-Identifier: Apache-2.0
#include "openbuses.h"

#include "bustabs.h"
#include "busview.h"
#include "filequestions.h"
#include "pathprobe.h"
#include "plainmessage.h"
#include "plaintext.h"
#include "viewersettings.h"

#include <filebus/busaddress.h>

#include <QtCore/QFile>
#include <QtWidgets/QInputDialog>
#include <QtWidgets/QMenu>
#include <QtWidgets/QTabBar>

#include <filesystem>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace
{

constexpr int widestEntry = 600;
constexpr auto patience = 200ms; // after this time, a path counts as not responding

QByteArray absolute(const QByteArray &path)
{
    return QByteArray::fromStdString(std::filesystem::absolute(path.toStdString()).lexically_normal().native());
}

} // namespace

OpenBuses::OpenBuses(ViewerSettings *settings, SharedChoices *choices, BusTabs *tabs, QWidget *window)
    : QObject(window)
    , m_settings(settings)
    , m_tabs(tabs)
    , m_window(window)
    , m_choices(choices)
{
    m_documents.setBounds(m_settings->bounds());
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &OpenBuses::close);
    connect(m_tabs->tabBar(), &QTabBar::tabMoved, this, &OpenBuses::remember);
}

void OpenBuses::restore()
{
    const int current = m_settings->currentTab();
    for (const QByteArray &path : m_settings->tabs())
        addTab(path);
    m_tabs->setCurrentIndex(current);
}

// A path that hangs is treated as a bus until it responds.
void OpenBuses::open(const QByteArray &path)
{
    if (FileBus::isClusterAddress(path))
        return openBus(path);
    const QByteArray file = absolute(path);
    const PathProbe probe(file);
    if (!probe.answersWithin(patience)) {
        openBus(file);
        probe.answer().then(this, [this, file](const PathFacts &facts) {
            if (facts.isDirectory)
                replaceByDirectory(file, facts.buses);
        });
        return;
    }
    const PathFacts facts = probe.answer().result();
    facts.isDirectory ? openDirectory(file, facts.buses) : openBus(file);
}

void OpenBuses::openBus(const QByteArray &path)
{
    if (const BusDocument *document = m_documents.find(path))
        return m_tabs->setCurrentWidget(m_tabs->viewOf(document));
    addTab(path);
    m_settings->addRecent(path);
    remember();
}

void OpenBuses::openDirectory(const QByteArray &path, const QByteArrayList &buses)
{
    for (const QByteArray &bus : buses)
        openBus(bus);
    if (buses.isEmpty())
        PlainMessage::inform(m_window, tr("Open directory"), tr("There is no bus in %1.").arg(PlainText::path(path)));
}

void OpenBuses::replaceByDirectory(const QByteArray &path, const QByteArrayList &buses)
{
    if (const BusDocument *document = m_documents.find(path))
        close(m_tabs->indexOf(m_tabs->viewOf(document)));
    openDirectory(path, buses);
}

void OpenBuses::addTab(const QByteArray &path)
{
    BusDocument *document = m_documents.open(path);
    auto *view = new BusView(document, m_choices);
    document->setParent(view);
    Q_EMIT viewMade(view);
    m_tabs->add(view);
}

void OpenBuses::close(int index)
{
    auto *view = qobject_cast<BusView *>(m_tabs->widget(index));
    m_documents.close(view->document());
    m_tabs->removeTab(index);
    view->deleteLater();
    remember();
}

void OpenBuses::askForBus()
{
    const QString bus = FileQuestions::bus(m_window);
    if (!bus.isEmpty())
        open(QFile::encodeName(bus));
}

void OpenBuses::askForAddress()
{
    const QString address = QInputDialog::getText(m_window, tr("Open address"), tr("Address of a bus on a cluster:"),
                                                  QLineEdit::Normal, u"nats://"_s);
    if (FileBus::isClusterAddress(address.trimmed().toUtf8()))
        open(address.trimmed().toUtf8());
    else if (!address.isEmpty())
        PlainMessage::inform(m_window, tr("Open address"), tr("An address has the form nats://HOST/NAME or tls://HOST/NAME."));
}

void OpenBuses::askForDirectory()
{
    const QString directory = FileQuestions::directory(m_window);
    if (!directory.isEmpty())
        open(QFile::encodeName(directory));
}

void OpenBuses::fillRecent(QMenu *menu)
{
    menu->clear();
    for (const QByteArray &path : m_settings->recent()) {
        const QString shown = menu->fontMetrics().elidedText(PlainText::path(path), Qt::ElideMiddle, widestEntry);
        menu->addAction(PlainText::caption(shown), this, [this, path] { open(path); });
    }
    if (menu->isEmpty())
        menu->addAction(tr("No recent buses"))->setEnabled(false);
}

void OpenBuses::remember()
{
    QByteArrayList paths;
    for (BusView *view : m_tabs->views())
        paths.append(view->document()->path());
    m_settings->setTabs(paths, m_tabs->currentIndex());
}
