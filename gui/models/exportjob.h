// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkwriter.h"

#include <QtCore/QList>
#include <QtCore/QObject>

/// Writes a list of captured rows to a file, in a thread of its own, while capturing continues. The file appears once it is
/// complete. An export that fails or is cancelled leaves an existing file as it was. Destroying a job cancels it without waiting,
/// as the file system may not respond.
class ExportJob : public QObject
{
    Q_OBJECT
public:
    ExportJob(const QList<ChunkEntry> &entries, ChunkWriter::Format format, const QString &fileName, QObject *parent = nullptr);
    ~ExportJob() override;

    void start();
    void cancel();
    qsizetype total() const;

Q_SIGNALS:
    void progressed(qsizetype rows);
    /// @p error is empty after success, and also says when the job was cancelled.
    void finished(const QString &error);

private:
    struct Shared;
    static void run(Shared &shared);
    static QString writeAll(Shared &shared);

    std::shared_ptr<Shared> m_shared;
};
