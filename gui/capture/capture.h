// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busbatch.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <map>

class CaptureThread;

/// The open buses, as seen from the GUI thread. Other threads do the reading, one for each file system. A file system that hangs
/// therefore only blocks its own buses, which are reported as silent.
class Capture : public QObject
{
    Q_OBJECT
public:
    explicit Capture(QObject *parent = nullptr);
    ~Capture() override;

    /// Starts to watch a bus and returns its number, which its batches carry.
    quint64 open(const QByteArray &path);
    void close(quint64 id);

    void setBounds(const CaptureBounds &bounds);
    /// Whether the window is visible: 20 batches per second, otherwise one.
    void setWatched(bool watched);

Q_SIGNALS:
    /// The next batch of a bus follows only after all connected slots have returned.
    void batchReady(quint64 id, const BusBatchPointer &batch);
    /// @p since: when the bus last responded, in ns since 1970; 0 if it responds again.
    void silenceChanged(quint64 id, qint64 since);

private:
    struct Bus {
        QByteArray path;
        CaptureThread *thread = nullptr; ///< null until the file system of the bus is known
        quint64 sign = 0;                ///< the last sign of life of the thread
        qint64 answeredAt = 0;           ///< when that sign came
        int missedSigns = 0;
    };

    void assign(quint64 id, quint64 device);
    CaptureThread *threadFor(quint64 device);
    void lookForSigns();
    void lookForSign(quint64 id, Bus &bus);
    void receive(CaptureThread *thread, quint64 id, const BusBatchPointer &batch);
    std::chrono::milliseconds interval() const;

    std::map<quint64, Bus> m_buses;
    std::map<quint64, std::unique_ptr<CaptureThread>> m_threads; ///< by the number of the file system
    CaptureBounds m_bounds;
    bool m_watched = true;
    quint64 m_lastId = 0;
    QTimer m_watch;
};
