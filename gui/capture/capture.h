// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busbatch.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <map>

class CaptureThread;

/// The buses that are open, as the thread of the windows sees them. All reading is done in other threads, one for each file
/// system, so that a file system that hangs holds up only its own buses; those are reported as silent.
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
    /// The bus has not answered since then, in ns since 1970; 0: it answers again.
    void silenceChanged(quint64 id, qint64 since);

private:
    struct Bus {
        QByteArray path;
        CaptureThread *thread = nullptr; ///< none until it is known on which file system the bus lies
        quint64 sign = 0;                ///< the last sign of life of the thread
        qint64 answeredAt = 0;           ///< when it came
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
