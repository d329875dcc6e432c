// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "capturedbus.h"

#include <QtCore/QTimer>

#include <atomic>
#include <map>

/// Lives in a thread of its own and owns the consumers of one file system. Hands over one batch a bus, and the next one only when
/// that was acknowledged, so that a receiver that is slower than the buses is never flooded. What is not acknowledged yet takes a
/// quarter of the total bound at most, and the newest row.
class CaptureWorker : public QObject
{
    Q_OBJECT
public:
    CaptureWorker();

    void open(quint64 id, const QByteArray &path, quint64 device = 0);
    void close(quint64 id);
    void closeAll();
    void acknowledge(quint64 id);
    void setBounds(const CaptureBounds &bounds);
    void setInterval(std::chrono::milliseconds interval);
    /// Grows at least once a second while there are buses and none of them hangs. Any thread.
    quint64 signsOfLife() const { return m_signs; }

Q_SIGNALS:
    void batchReady(quint64 id, const BusBatchPointer &batch);
    /// The bus is closed here, and belongs to another file system by now.
    void busMoved(quint64 id, quint64 device);

private:
    struct Slot {
        std::unique_ptr<CapturedBus> bus;
        bool acknowledged = true;
        qint64 handedOver = 0; ///< memory of the batch that is not acknowledged
    };

    void inspectAll();
    void handOver();
    void handOverSoon();
    void move(quint64 id, quint64 device);
    void stayWithinTotal(quint64 grown, qint64 by);

    std::map<quint64, Slot> m_buses;
    CaptureBounds m_bounds;
    qint64 m_memory = 0; ///< of what is not acknowledged
    std::atomic<quint64> m_signs = 0;
    QTimer m_handOver;
    QTimer m_inspection;
};
