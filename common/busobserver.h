// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/businspection.h>
#include <filebus/busstatistics.h>
#include <filebus/consumer.h>

/// Watches one bus for a program that shows it: receives the chunks, keeps the figures and inspects the files. Writes nothing.
class BusObserver : public QObject
{
    Q_OBJECT
public:
    using Instant = FileBus::BusStatistics::Instant;

    /// @p path as raw bytes.
    explicit BusObserver(const QByteArray &path);

    /// The consumer that receives the chunks. Configure it before start().
    FileBus::Consumer &consumer() { return m_consumer; }
    const FileBus::Consumer &consumer() const { return m_consumer; }

    void start();
    const Instant &startedAt() const { return m_startedAt; }

    /// Inspects the files of the bus. Takes long on a large history, and blocks while the file system does.
    FileBus::BusInspection inspect();

    /// The figures as of @p now. History from before start() is not counted.
    FileBus::BusStatistics::Figures figures(const Instant &now) const { return m_statistics.figures(now); }

    /// Whether anything exists at the path, as of the last chunk, failure or inspection.
    bool exists() const { return m_exists; }
    /// Why the bus cannot be read now; empty if it can, or does not exist.
    QString problem() const { return m_problem; }
    /// What the last inspect() could not read; empty if it read everything, and while there is a problem().
    QString inspectionProblem() const;

Q_SIGNALS:
    /// @p wasBefore: the chunk was published before start(), as were all chunks up to it.
    void chunkReceived(const FileBus::Chunk &chunk, const FileBus::BusStatistics::Instant &now, bool wasBefore);
    /// As FileBus::Consumer::chunksLost().
    void chunksLost(quint64 firstSequence, quint64 count);
    /// The bus cannot be read; see problem().
    void failed();

private:
    void receive(const FileBus::Chunk &chunk);
    void countLoss(quint64 firstSequence, quint64 count);
    void fail(FileBus::Error error, const QString &message);

    QByteArray m_path;
    FileBus::Consumer m_consumer;
    FileBus::BusStatistics m_statistics;
    Instant m_startedAt;
    QString m_problem;
    FileBus::Error m_error = FileBus::Error::NoError; ///< the kind of the problem
    QString m_inspectionProblem;
    bool m_catchingUp = true; ///< all chunks so far were published before start()
    bool m_exists = false;
    bool m_wasReadable = true; ///< at the last inspection; a bus that does not exist counts as readable
};
