// SPDX-License-Identifier: Apache-2.0
#include "capturethread.h"

#include "detachedthread.h"

#include <QtCore/QDeadlineTimer>

#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr auto patience = 500ms; // a window must not take longer to close

} // namespace

CaptureThread::CaptureThread()
    : m_thread(std::make_unique<QThread>())
    , m_worker(new CaptureWorker)
{
    m_thread->setObjectName(u"capture"_s);
    m_worker->moveToThread(m_thread.get());
    QObject::connect(m_thread.get(), &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread->start();
}

CaptureThread::~CaptureThread()
{
    end();
    if (m_thread->wait(QDeadlineTimer(patience)))
        return;
    DetachedThread::abandon();
    [[maybe_unused]] const QThread *hangs = m_thread.release();
}

// A consumer releases its files in a later event, and objects that are deleted when the thread has finished receive no more
// events. So the thread quits in an event after that one.
void CaptureThread::end()
{
    if (std::exchange(m_ends, true))
        return;
    QThread *thread = m_thread.get();
    call([thread](CaptureWorker &worker) {
        worker.closeAll();
        QMetaObject::invokeMethod(&worker, [thread] { thread->quit(); }, Qt::QueuedConnection);
    });
}
