// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "chunks.h"
#include "file/consume/busfollower.h"
#include "file/disk/spool.h"
#include "files.h"
#include "format/chunkformat.h"
#include "scratchdirectory.h"

#include <QtCore/QSysInfo>

#include <memory>
#include <unistd.h>

/// What the tests of a follower have in common: a bus and its history, of which each chunk is named after the past that it is of
/// and its number, and the steps of the follower in words.
class FollowerTest : public QObject
{
protected:
    /// Everything anew; to be called by init().
    void prepare()
    {
        m_scratch = std::make_unique<ScratchDirectory>();
        m_path = m_scratch->path("bus");
        m_history = FileBus::Spool(m_path + ".d/history");
        QVERIFY(Files::makeDirectory(m_path + ".d") && Files::makeDirectory(m_path + ".d/history"));
        m_time = 0;
        follow();
    }

    void follow(FileBus::StartPoint::Kind kind = FileBus::StartPoint::Last) { m_follower = FileBus::BusFollower(m_path, {kind}); }

    FileBus::Chunk chunk(quint64 sequence, const QByteArray &past = "a", const QUuid &stream = m_stream)
    {
        FileBus::Chunk chunk = numberedChunk(stream, sequence, past + QByteArray::number(sequence));
        chunk.setTime(m_time > 0 ? m_time++ : FileBus::wallClock());
        FileBus::ProducerInfo producer;
        producer.host = QSysInfo::machineHostName();
        chunk.setProducer(producer);
        return chunk;
    }

    void publish(const FileBus::Chunk &chunk, quint64 kept = 64)
    {
        const QByteArray entry = m_history.entryPath(chunk.sequence());
        QVERIFY(Files::replace(entry, FileBus::ChunkFormat::encode(chunk)));
        ::unlink((m_path + ".new").constData());
        QCOMPARE(::link(entry.constData(), (m_path + ".new").constData()), 0);
        QCOMPARE(::rename((m_path + ".new").constData(), m_path.constData()), 0);
        if (chunk.sequence() > kept)
            ::unlink(m_history.entryPath(chunk.sequence() - kept).constData());
    }

    void publish(quint64 first, quint64 last, const QByteArray &past = "a", quint64 kept = 64)
    {
        for (quint64 sequence = first; sequence <= last; ++sequence)
            publish(chunk(sequence, past), kept);
    }

    void clearHistory(quint64 first, quint64 last)
    {
        for (quint64 sequence = first; sequence <= last; ++sequence)
            ::unlink(m_history.entryPath(sequence).constData());
    }

    /// All steps that there are now, in words: "a1 a2", "lost 3-5", "back".
    QByteArray steps()
    {
        QByteArrayList words;
        while (true) {
            const FileBus::BusFollower::Step step = m_follower.next();
            if (const auto *chunk = std::get_if<FileBus::Chunk>(&step)) {
                words += chunk->payload();
            } else if (const auto *loss = std::get_if<FileBus::Loss>(&step)) {
                words += "lost " + QByteArray::number(loss->firstSequence) + '-'
                    + QByteArray::number(loss->firstSequence + loss->count - 1);
            } else if (const auto *failure = std::get_if<FileBus::Failure>(&step)) {
                words += failure->error == FileBus::Error::PutBack ? "back" : failure->text.toUtf8();
            } else {
                return words.join(' ');
            }
        }
    }

    static inline const QUuid m_stream = QUuid::createUuid();
    static inline const QUuid m_other = QUuid::createUuid();
    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    FileBus::Spool m_history;
    FileBus::BusFollower m_follower;
    qint64 m_time = 0; ///< of the next chunk
};
