// SPDX-License-Identifier: Apache-2.0
#include "capture.h"

#include "captureworker.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Capture::Capture(QObject *parent)
    : QObject(parent)
    , m_worker(new CaptureWorker)
{
    m_thread.setObjectName(u"capture"_s);
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    connect(m_worker, &CaptureWorker::batchReady, this, &Capture::receive);
    m_thread.start();
}

// While the thread still has its event loop: a consumer lets go of its files in an event that comes later, and none comes to what
// is deleted when the thread has finished.
Capture::~Capture()
{
    QMetaObject::invokeMethod(m_worker, &CaptureWorker::closeAll, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

quint64 Capture::open(const QByteArray &path)
{
    const quint64 id = ++m_lastId;
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, id, path] { worker->open(id, path); });
    return id;
}

void Capture::close(quint64 id)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, id] { worker->close(id); });
}

void Capture::setBounds(const CaptureBounds &bounds)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, bounds] { worker->setBounds(bounds); });
}

void Capture::setWatched(bool watched)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, watched] { worker->setInterval(watched ? 50ms : 1000ms); });
}

void Capture::receive(quint64 id, const BusBatchPointer &batch)
{
    Q_EMIT batchReady(id, batch);
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, id] { worker->acknowledge(id); });
}
