// SPDX-License-Identifier: Apache-2.0
#include "captureworker.h"

#include "fairshare.h"

#include <algorithm>

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

void CaptureWorker::open(quint64 id, const QByteArray &path, quint64 device)
{
    ++m_signs;
    Slot &slot = m_buses[id];
    slot.bus = std::make_unique<CapturedBus>(id, path, device, m_bounds);
    connect(slot.bus.get(), &CapturedBus::newsArrived, this, &CaptureWorker::handOverSoon);
    connect(slot.bus.get(), &CapturedBus::grew, this, [this, id](qint64 memory) { stayWithinTotal(id, memory); });
    connect(slot.bus.get(), &CapturedBus::moved, this, [this, id](quint64 now) { move(id, now); }, Qt::QueuedConnection);
    slot.bus->start();
    m_inspection.start();
    handOver();
}

void CaptureWorker::close(quint64 id)
{
    if (const auto slot = m_buses.find(id); slot != m_buses.end()) {
        m_memory -= slot->second.handedOver + slot->second.bus->memory();
        m_buses.erase(slot);
    }
    if (m_buses.empty())
        m_inspection.stop();
}

void CaptureWorker::move(quint64 id, quint64 device)
{
    if (!m_buses.contains(id))
        return;
    close(id);
    Q_EMIT busMoved(id, device);
}

void CaptureWorker::closeAll()
{
    m_buses.clear();
    m_memory = 0;
    m_inspection.stop();
}

void CaptureWorker::acknowledge(quint64 id)
{
    const auto slot = m_buses.find(id);
    if (slot == m_buses.end())
        return;
    slot->second.acknowledged = true;
    m_memory -= std::exchange(slot->second.handedOver, 0);
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
    for (const auto &[id, slot] : m_buses) {
        ++m_signs;
        slot.bus->inspect();
    }
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
        const BusBatchPointer batch = slot.bus->takeBatch();
        slot.handedOver = batch->entries.memory();
        Q_EMIT batchReady(id, batch);
    }
}

// The sum is updated as it grows. What the buses drop by themselves is only noticed when all are counted.
void CaptureWorker::stayWithinTotal(quint64 grown, qint64 by)
{
    ++m_signs;
    m_memory += by;
    const qint64 most = m_bounds.total / 4;
    if (m_memory <= most)
        return;
    QList<qint64> sizes;
    qint64 handedOver = 0;
    for (const auto &[id, slot] : m_buses) {
        sizes.append(slot.bus->memory());
        handedOver += slot.handedOver;
    }
    const qint64 share =
        fairShare(sizes, std::max(most / 16 * 15 - handedOver, qint64(0))); // less, so that this is not repeated each time
    m_memory = handedOver;
    for (const auto &[id, slot] : m_buses) {
        slot.bus->shrinkTo(share, id == grown);
        m_memory += slot.bus->memory();
    }
}
