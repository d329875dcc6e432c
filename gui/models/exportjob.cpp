// SPDX-License-Identifier: Apache-2.0
#include "exportjob.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QSaveFile>

using namespace Qt::StringLiterals;

namespace
{

constexpr int progressInterval = 50; // ms

} // namespace

ExportJob::ExportJob(const QList<ChunkEntry> &entries, ChunkWriter::Format format, const QString &fileName, QObject *parent)
    : QObject(parent)
    , m_entries(entries)
    , m_format(format)
    , m_fileName(fileName)
{ }

ExportJob::~ExportJob()
{
    cancel();
    if (m_thread.joinable())
        m_thread.join();
}

void ExportJob::start()
{
    m_thread = std::thread([this] { run(); });
}

void ExportJob::run()
{
    const QString error = writeAll();
    Q_EMIT finished(error);
}

QString ExportJob::writeAll()
{
    QSaveFile file(m_fileName);
    const auto failure = [&] { return tr("%1 cannot be written: %2").arg(m_fileName, file.errorString()); };
    if (!file.open(QIODevice::WriteOnly))
        return failure();
    const std::unique_ptr<ChunkWriter> writer = ChunkWriter::create(m_format, &file);
    bool good = writer->begin();
    QElapsedTimer sinceProgress;
    sinceProgress.start();
    for (qsizetype row = 0; good && !m_cancelled && row < m_entries.size(); ++row) {
        good = writer->write(m_entries[row]);
        if (sinceProgress.hasExpired(progressInterval)) {
            Q_EMIT progressed(row);
            sinceProgress.restart();
        }
    }
    if (m_cancelled)
        return tr("The export was cancelled; nothing was written.");
    good = good && writer->end();
    return good && file.commit() ? QString() : failure();
}
