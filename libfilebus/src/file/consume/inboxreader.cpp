// SPDX-License-Identifier: Apache-2.0
#include "file/consume/inboxreader.h"

#include "file/consume/putbackdetector.h"
#include "file/disk/chunkfile.h"
#include "file/disk/spool.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <sys/stat.h>
#include <utility>

namespace FileBus
{

namespace
{

struct ReaderText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::InboxReader)
};

// Whether what there is was seen, and is no chunk. All else says nothing of it.
bool isVerdict(const Failure &failure)
{
    return failure.error == Error::CorruptChunk || failure.error == Error::ChunkTooLarge
        || failure.error == Error::NotARegularFile;
}

} // namespace

InboxReader::InboxReader(const BusFile &bus, const Inbox &inbox, EntryRemoval &removal, InboxProgress &progress,
                         OnDamage onDamage)
    : m_bus(bus)
    , m_inbox(inbox)
    , m_removal(removal)
    , m_progress(progress)
    , m_onDamage(onDamage)
{ }

Step InboxReader::takeStep()
{
    const Step step = m_steps.front();
    m_steps.pop_front();
    return step;
}

Outcome InboxReader::read(quint64 sequence, Expected expected)
{
    const Result<std::optional<Chunk>> read = readChunkFile(m_inbox.spool().entryPath(sequence), m_inbox.freshness());
    if (!read && !isVerdict(read.failure()))
        return read.failure();
    if (read && !*read)
        return readNothing(sequence);
    if (!read)
        noteDamaged(sequence, read.failure().text);
    else if ((*read)->sequence() != sequence)
        noteDamaged(sequence, ReaderText::tr("it holds the chunk %1").arg((*read)->sequence()));
    else if (expected == AnyStream || continues(**read))
        noteChunk(**read);
    return done();
}

// A file that is empty, or none any more: then what follows tells what is missing.
Outcome InboxReader::readNothing(quint64 sequence)
{
    const QByteArray path = m_inbox.spool().entryPath(sequence);
    struct stat status;
    if (::lstat(path.constData(), &status) == 0 && status.st_size == 0) {
        noteDamaged(sequence, ReaderText::tr("it is empty"));
        return done();
    }
    Failure vanished = Failure::fromErrno(ENOENT, ReaderText::tr("cannot read %1").arg(shownPath(path)), path);
    vanished.isTransient = true;
    return vanished;
}

// The first one of all continues whatever it may be: nothing is known of what was before.
bool InboxReader::continues(const Chunk &chunk) const
{
    const QUuid &last = m_progress.last().streamId;
    return last.isNull() || last == chunk.streamId();
}

void InboxReader::noteChunk(const Chunk &chunk)
{
    const QUuid &stream = chunk.streamId();
    const quint64 sequence = chunk.sequence();
    // What lies between the two was in the inbox, or could not be put there.
    if (const auto before = m_progress.takePredecessor();
        before && (before->streamId == stream || before->streamId.isNull()) && before->sequence < sequence)
        m_losses.restartAfter(stream, before->sequence);
    const LossAccount::Entry entry = m_losses.noteChunk(stream, sequence);
    if (!entry.isNew && m_seen.compare(chunk) == SeenChunks::Same) {
        m_progress.noteRepeated({stream, sequence});
        return m_removal.remove(sequence);
    }
    if (!entry.isNew)
        notePutBack(chunk);
    m_seen.note(chunk);
    m_progress.noteTaken({stream, sequence});
    m_steps.insert(m_steps.end(), entry.missing.begin(), entry.missing.end());
    m_steps.emplace_back(chunk);
}

// Its number was seen, or a later one, but not this chunk: it is of a bus that was put back.
void InboxReader::notePutBack(const Chunk &chunk)
{
    const quint64 known = m_losses.newest(chunk.streamId());
    m_losses.restartAfter(chunk.streamId(), chunk.sequence());
    m_steps.emplace_back(PutBackDetector::putBackFailure(m_bus.path(), known, chunk.sequence()));
}

// It would be in the way for ever.
void InboxReader::noteDamaged(quint64 sequence, const QString &why)
{
    const QString path = shownPath(m_inbox.spool().entryPath(sequence));
    if (m_onDamage == StandStill) {
        m_steps.emplace_back(
            Standstill{{Error::CorruptChunk,
                        ReaderText::tr("%1 is not a chunk: %2; nothing after it is read until it is removed").arg(path, why)}});
        return;
    }
    m_progress.noteDamaged(sequence);
    m_steps.emplace_back(Failure{Error::CorruptChunk,
                                 ReaderText::tr("%1 is not a chunk: %2; it counts as lost, and is kept in %3")
                                     .arg(path, why, shownPath(m_removal.setAside(sequence)))});
    m_steps.emplace_back(m_losses.noteDamaged(sequence));
}

} // namespace FileBus
