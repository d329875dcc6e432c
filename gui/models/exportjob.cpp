// SPDX-License-Identifier: Apache-2.0
#include "exportjob.h"

#include "detachedthread.h"
#include "plaintext.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QFileInfo>
#include <QtCore/QSaveFile>

#include <atomic>
#include <mutex>

using namespace Qt::StringLiterals;

namespace
{

constexpr int progressInterval = 50; // ms
} // namespace

/// What the thread of the job works on. It outlives the job if the thread does.
struct ExportJob::Shared {
    QList<ChunkEntry> entries;
    ChunkWriter::Format format;
    QString fileName;
    std::atomic<bool> cancelled = false;
    std::mutex mutex;
    ExportJob *job; ///< under the mutex; null if it is gone

    template<typename Signal, typename Value>
    void tell(Signal signal, const Value &value)
    {
        const std::lock_guard lock(mutex);
        if (job)
            Q_EMIT(job->*signal)(value);
    }
};

ExportJob::ExportJob(const QList<ChunkEntry> &entries, ChunkWriter::Format format, const QString &fileName, QObject *parent)
    : QObject(parent)
    , m_shared(std::make_shared<Shared>(entries, format, fileName))
{
    m_shared->job = this;
}

ExportJob::~ExportJob()
{
    cancel();
    const std::lock_guard lock(m_shared->mutex);
    m_shared->job = nullptr;
}

void ExportJob::start()
{
    if (!DetachedThread::run([shared = m_shared] { run(*shared); }))
        Q_EMIT finished(tr("The system cannot start a thread for the export."));
}

void ExportJob::cancel()
{
    m_shared->cancelled = true;
}

qsizetype ExportJob::total() const
{
    return m_shared->entries.size();
}

void ExportJob::run(Shared &shared)
{
    shared.tell(&ExportJob::finished, writeAll(shared));
}

// Otherwise the complete file would replace a device or a FIFO.
QString ExportJob::writeAll(Shared &shared)
{
    const QFileInfo former(shared.fileName);
    if (former.exists() && !former.isFile())
        return tr("%1 is not a regular file. Choose another name.").arg(PlainText::path(shared.fileName));
    QSaveFile file(shared.fileName);
    const auto failure = [&] {
        file.flush(); // a short write gives no reason, but the next write does
        return tr("Cannot write %1: %2").arg(PlainText::path(shared.fileName), file.errorString());
    };
    if (!file.open(QIODevice::WriteOnly))
        return failure();
    const std::unique_ptr<ChunkWriter> writer = ChunkWriter::create(shared.format, &file);
    bool good = writer->begin();
    QElapsedTimer sinceProgress;
    sinceProgress.start();
    for (qsizetype row = 0; good && !shared.cancelled && row < shared.entries.size(); ++row) {
        good = writer->write(shared.entries[row]);
        if (sinceProgress.hasExpired(progressInterval)) {
            shared.tell(&ExportJob::progressed, row);
            sinceProgress.restart();
        }
    }
    if (shared.cancelled)
        return tr("The export was cancelled. Nothing was written.");
    good = good && writer->end();
    return good && file.flush() && file.commit() ? QString() : failure();
}
