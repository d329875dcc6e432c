// SPDX-License-Identifier: Apache-2.0
#include "capture.h"

#include "capturethread.h"
#include "pathprobe.h"

#include <filebus/busstatistics.h>

#include <QtCore/QPointer>

using namespace std::chrono_literals;

namespace
{

constexpr auto watchInterval = 500ms;
constexpr int missedUntilSilent = 6; // counted, not timed: after this process was stopped, the others must not look silent

} // namespace

Capture::Capture(QObject *parent)
    : QObject(parent)
{
    connect(&m_watch, &QTimer::timeout, this, &Capture::lookForSigns);
    m_watch.start(watchInterval);
}

// Tells all threads to end before it waits for the first one.
Capture::~Capture()
{
    for (const auto &[device, thread] : m_threads)
        thread->end();
}

quint64 Capture::open(const QByteArray &path)
{
    const quint64 id = ++m_lastId;
    m_buses[id] = {.path = path, .answeredAt = FileBus::BusStatistics::Instant::now().time};
    PathProbe(path)
        .answer()
        .then(this, [this, id](const PathFacts &facts) { assign(id, facts.device); })
        .onCanceled(this, [capture = QPointer(this), id] {
            if (capture) // null while it is being destroyed, which cancels what is pending
                capture->assign(id, 0);
        });
    return id;
}

void Capture::assign(quint64 id, quint64 device)
{
    const auto bus = m_buses.find(id);
    if (bus == m_buses.end())
        return;
    bus->second.thread = threadFor(device);
    bus->second.thread->call([id, device, path = bus->second.path](CaptureWorker &worker) { worker.open(id, path, device); });
}

CaptureThread *Capture::threadFor(quint64 device)
{
    std::unique_ptr<CaptureThread> &thread = m_threads[device];
    if (thread)
        return thread.get();
    thread = std::make_unique<CaptureThread>();
    connect(thread->worker(), &CaptureWorker::batchReady, this,
            [this, from = thread.get()](quint64 id, const BusBatchPointer &batch) { receive(from, id, batch); });
    connect(thread->worker(), &CaptureWorker::busMoved, this, &Capture::assign);
    thread->call([bounds = m_bounds, interval = interval()](CaptureWorker &worker) {
        worker.setBounds(bounds);
        worker.setInterval(interval);
    });
    return thread.get();
}

void Capture::close(quint64 id)
{
    const auto bus = m_buses.find(id);
    if (bus == m_buses.end())
        return;
    if (CaptureThread *thread = bus->second.thread)
        thread->call([id](CaptureWorker &worker) { worker.close(id); });
    m_buses.erase(bus);
}

void Capture::setBounds(const CaptureBounds &bounds)
{
    m_bounds = bounds;
    for (const auto &[device, thread] : m_threads)
        thread->call([bounds](CaptureWorker &worker) { worker.setBounds(bounds); });
}

std::chrono::milliseconds Capture::interval() const
{
    return m_watched ? 50ms : 1000ms;
}

void Capture::setWatched(bool watched)
{
    m_watched = watched;
    for (const auto &[device, thread] : m_threads)
        thread->call([interval = interval()](CaptureWorker &worker) { worker.setInterval(interval); });
}

void Capture::lookForSigns()
{
    for (auto &[id, bus] : m_buses)
        lookForSign(id, bus);
}

void Capture::lookForSign(quint64 id, Bus &bus)
{
    const quint64 sign = bus.thread ? bus.thread->worker()->signsOfLife() : 0;
    if (sign == bus.sign) {
        if (++bus.missedSigns == missedUntilSilent)
            Q_EMIT silenceChanged(id, bus.answeredAt);
        return;
    }
    const bool wasSilent = bus.missedSigns >= missedUntilSilent;
    bus.sign = sign;
    bus.missedSigns = 0;
    bus.answeredAt = FileBus::BusStatistics::Instant::now().time;
    if (wasSilent)
        Q_EMIT silenceChanged(id, 0);
}

void Capture::receive(CaptureThread *thread, quint64 id, const BusBatchPointer &batch)
{
    if (m_buses.contains(id))
        Q_EMIT batchReady(id, batch);
    thread->call([id](CaptureWorker &worker) { worker.acknowledge(id); });
}
