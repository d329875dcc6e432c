// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "captureworker.h"

#include <QtCore/QThread>

/// A thread that reads the buses of one file system. If the file system hangs, only this thread does.
class CaptureThread
{
public:
    CaptureThread();
    /// Ends the thread, or abandons it after a moment, as it may hang in the kernel for ever.
    ~CaptureThread();
    Q_DISABLE_COPY_MOVE(CaptureThread)

    CaptureWorker *worker() { return m_worker; }
    /// Queues a call of the worker in its thread.
    template<typename Function>
    void call(const Function &function)
    {
        QMetaObject::invokeMethod(m_worker, [worker = m_worker, function] { function(*worker); });
    }
    /// Releases all buses and ends soon. Call nothing after it.
    void end();

private:
    std::unique_ptr<QThread> m_thread;
    CaptureWorker *m_worker; ///< lives in the thread, and ends with it
    bool m_ends = false;
};
