// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busbatch.h"

#include <QtCore/QThread>

class CaptureWorker;

/// The buses that are open, as the thread of the windows sees them: all reading is done in one worker thread.
class Capture : public QObject
{
    Q_OBJECT
public:
    explicit Capture(QObject *parent = nullptr);
    ~Capture() override;

    /// Begins to watch a bus and returns the number that its batches will have.
    quint64 open(const QByteArray &path);
    void close(quint64 id);

    void setBounds(const CaptureBounds &bounds);
    /// Whether somebody looks: 20 batches a second, else one.
    void setWatched(bool watched);

Q_SIGNALS:
    /// The next batch of a bus comes after all that is connected here has returned.
    void batchReady(quint64 id, const BusBatchPointer &batch);

private:
    void receive(quint64 id, const BusBatchPointer &batch);

    QThread m_thread;
    CaptureWorker *m_worker; ///< lives in the thread
    quint64 m_lastId = 0;
};
