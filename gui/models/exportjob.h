// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkwriter.h"

#include <QtCore/QList>
#include <QtCore/QObject>

/// Writes a list of captured rows into a file, in a thread of its own, while the capture goes on. The file appears when it is
/// complete; an export that fails or is cancelled leaves what was there. A job that is destroyed is cancelled, and waits for
/// nothing: the file may lie where nobody answers.
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
    /// @p error is empty if all went well, and says so if it was cancelled.
    void finished(const QString &error);

private:
    struct Shared;
    static void run(Shared &shared);
    static QString writeAll(Shared &shared);

    std::shared_ptr<Shared> m_shared;
};
