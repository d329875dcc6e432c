// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "capturedbus.h"

#include <QtCore/QTimer>

#include <atomic>
#include <map>

/// Lives in a thread of its own and owns the consumers of one file system. It hands over one batch per bus, and the next one only
/// after that was acknowledged, so a receiver that is slower than the buses is never flooded. Unacknowledged rows take at most a
/// quarter of the total bound, plus the newest row.
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
    /// Grows at least once a second while there are buses and none of them hangs. May be called from any thread.
    quint64 signsOfLife() const { return m_signs; }

Q_SIGNALS:
    void batchReady(quint64 id, const BusBatchPointer &batch);
    /// The bus was closed here, because it now belongs to another file system.
    void busMoved(quint64 id, quint64 device);

private:
    struct Slot {
        std::unique_ptr<CapturedBus> bus;
        bool acknowledged = true;
        qint64 handedOver = 0; ///< memory of the unacknowledged batch
    };

    void inspectAll();
    void handOver();
    void handOverSoon();
    void move(quint64 id, quint64 device);
    void stayWithinTotal(quint64 grown, qint64 by);

    std::map<quint64, Slot> m_buses;
    CaptureBounds m_bounds;
    qint64 m_memory = 0; ///< of everything that is not acknowledged
    std::atomic<quint64> m_signs = 0;
    QTimer m_handOver;
    QTimer m_inspection;
};
