// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "capturedbus.h"

#include <QtCore/QTimer>

#include <map>

/// Lives in the worker thread and owns all consumers. Hands over one batch a bus, and the next one only when that was
/// acknowledged, so that a receiver that is slower than the buses is never flooded.
class CaptureWorker : public QObject
{
    Q_OBJECT
public:
    CaptureWorker();

    void open(quint64 id, const QByteArray &path);
    void close(quint64 id);
    void closeAll();
    void acknowledge(quint64 id);
    void setBounds(const CaptureBounds &bounds);
    void setInterval(std::chrono::milliseconds interval);

Q_SIGNALS:
    void batchReady(quint64 id, const BusBatchPointer &batch);

private:
    struct Slot {
        std::unique_ptr<CapturedBus> bus;
        bool acknowledged = true;
    };

    void inspectAll();
    void handOver();
    void handOverSoon();

    std::map<quint64, Slot> m_buses;
    CaptureBounds m_bounds;
    QTimer m_handOver;
    QTimer m_inspection;
};
