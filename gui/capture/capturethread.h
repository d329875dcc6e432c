// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "captureworker.h"

#include <QtCore/QThread>

/// A thread that reads the buses of one file system. If that hangs, the thread does, too, and nobody else.
class CaptureThread
{
public:
    CaptureThread();
    /// Ends the thread, or gives it up after a moment: it may hang in the kernel for ever.
    ~CaptureThread();
    Q_DISABLE_COPY_MOVE(CaptureThread)

    CaptureWorker *worker() { return m_worker; }
    /// Calls the worker in its thread, later.
    template<typename Function>
    void call(const Function &function)
    {
        QMetaObject::invokeMethod(m_worker, [worker = m_worker, function] { function(*worker); });
    }
    /// Lets go of all buses and ends, soon. Nothing may be called after it.
    void end();

private:
    std::unique_ptr<QThread> m_thread;
    CaptureWorker *m_worker; ///< lives in the thread, and ends with it
    bool m_ends = false;
};
