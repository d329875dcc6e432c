// SPDX-License-Identifier: Apache-2.0
#include "captureworker.h"

using namespace std::chrono_literals;

CaptureWorker::CaptureWorker()
    : m_handOver(this)
    , m_inspection(this)
{
    m_handOver.setSingleShot(true);
    m_handOver.setInterval(50ms);
    m_inspection.setInterval(1s);
    connect(&m_handOver, &QTimer::timeout, this, &CaptureWorker::handOver);
    connect(&m_inspection, &QTimer::timeout, this, &CaptureWorker::inspectAll);
}

void CaptureWorker::open(quint64 id, const QByteArray &path)
{
    Slot &slot = m_buses[id];
    slot.bus = std::make_unique<CapturedBus>(id, path, m_bounds);
    connect(slot.bus.get(), &CapturedBus::newsArrived, this, &CaptureWorker::handOverSoon);
    slot.bus->start();
    m_inspection.start();
    handOver();
}

void CaptureWorker::close(quint64 id)
{
    m_buses.erase(id);
    if (m_buses.empty())
        m_inspection.stop();
}

void CaptureWorker::closeAll()
{
    m_buses.clear();
    m_inspection.stop();
}

void CaptureWorker::acknowledge(quint64 id)
{
    const auto slot = m_buses.find(id);
    if (slot == m_buses.end())
        return;
    slot->second.acknowledged = true;
    if (slot->second.bus->hasNews())
        handOverSoon();
}

void CaptureWorker::setBounds(const CaptureBounds &bounds)
{
    m_bounds = bounds;
    for (const auto &[id, slot] : m_buses)
        slot.bus->setBounds(bounds);
}

void CaptureWorker::setInterval(std::chrono::milliseconds interval)
{
    m_handOver.setInterval(interval);
}

void CaptureWorker::inspectAll()
{
    for (const auto &[id, slot] : m_buses)
        slot.bus->inspect();
}

void CaptureWorker::handOverSoon()
{
    if (!m_handOver.isActive())
        m_handOver.start();
}

void CaptureWorker::handOver()
{
    for (auto &[id, slot] : m_buses) {
        if (!slot.acknowledged || !slot.bus->hasNews())
            continue;
        slot.acknowledged = false;
        Q_EMIT batchReady(id, slot.bus->takeBatch());
    }
}
