// SPDX-License-Identifier: Apache-2.0
#include "observedgroup.h"

using namespace std::chrono_literals;

ObservedGroup::ObservedGroup(const Options &options)
    : m_options(options)
    , m_inThread(new QObject)
{
    m_inThread->moveToThread(&m_thread);
}

ObservedGroup::~ObservedGroup()
{
    delete m_inThread;
}

void ObservedGroup::add(const QByteArray &fileName)
{
    m_fileNames.append(fileName);
}

void ObservedGroup::start()
{
    m_lastAnswer.start();
    m_thread.start();
    QMetaObject::invokeMethod(m_inThread, [this] {
        for (const QByteArray &fileName : m_fileNames) {
            m_buses.push_back(std::make_unique<ObservedBus>(fileName, m_options));
            m_buses.back()->start();
        }
    });
}

void ObservedGroup::ask()
{
    if (std::exchange(m_isAsked, true))
        return;
    QMetaObject::invokeMethod(m_inThread, [this] {
        QList<ObservedReport> reports;
        for (const auto &bus : m_buses)
            reports.append(bus->report(m_options.json));
        QMetaObject::invokeMethod(this, [this, reports] { answer(reports); });
    });
}

void ObservedGroup::answer(const QList<ObservedReport> &reports)
{
    m_reports = reports;
    m_isAsked = false;
    m_lastAnswer.start();
    Q_EMIT answered();
}

std::chrono::seconds ObservedGroup::silence() const
{
    return std::chrono::duration_cast<std::chrono::seconds>(m_lastAnswer.durationElapsed());
}

// The objects are destroyed in the thread that their watches and timers belong to.
bool ObservedGroup::end()
{
    if (!m_thread.isRunning())
        return true;
    QMetaObject::invokeMethod(m_inThread, [this] { m_buses.clear(); });
    m_thread.quit();
    return m_thread.wait(QDeadlineTimer(m_isAsked ? 0ms : 1000ms));
}
