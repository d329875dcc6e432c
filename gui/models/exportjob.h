// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkwriter.h"

#include <QtCore/QList>
#include <QtCore/QObject>

#include <atomic>
#include <thread>

/// Writes a list of captured rows into a file, in a thread of its own, while the capture goes on. The file appears when it is
/// complete; an export that fails or is cancelled leaves what was there.
class ExportJob : public QObject
{
    Q_OBJECT
public:
    ExportJob(const QList<ChunkEntry> &entries, ChunkWriter::Format format, const QString &fileName, QObject *parent = nullptr);
    ~ExportJob() override;

    void start();
    void cancel() { m_cancelled = true; }
    qsizetype total() const { return m_entries.size(); }

Q_SIGNALS:
    void progressed(qsizetype rows);
    /// @p error is empty if all went well, and says so if it was cancelled.
    void finished(const QString &error);

private:
    void run();
    QString writeAll();

    QList<ChunkEntry> m_entries;
    ChunkWriter::Format m_format;
    QString m_fileName;
    std::atomic<bool> m_cancelled = false;
    std::thread m_thread;
};
