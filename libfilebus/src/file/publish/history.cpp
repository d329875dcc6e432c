// SPDX-License-Identifier: Apache-2.0
#include "file/publish/history.h"

#include "base/logging.h"

#include <filebus/error.h>

#include <unistd.h>

namespace FileBus
{

History::History(const BusFile &bus)
    : m_directory(bus.historyDirectory())
    , m_spool(m_directory)
{ }

Result<History::Link> History::link(quint64 sequence, const StagedFile &file, bool isNeeded)
{
    if (!m_works)
        return Without;
    if (m_bounds.chunks == 0 && !isNeeded && !mayBeThere(entryPath(sequence), m_spool.freshness()))
        return Without;
    const Result<Spool::Addition> added = m_spool.add(sequence, file.path, &file.status);
    if (!added)
        return goWithout(added.failure(), isNeeded);
    const bool isOurs = *added == Spool::Added || m_spool.holds(sequence, file.status); // of a commit that failed later
    return isOurs ? Linked : Taken;
}

// There are file systems without hard links. But a full disk, or a directory that was removed, is no reason to go without.
Result<History::Link> History::goWithout(const Failure &why, bool isNeeded)
{
    if (why.error == Error::DirectoryMissing || why.error == Error::DiskFull || isNeeded)
        return why;
    m_works = false;
    qCInfo(logProducer).noquote() << "the bus goes without history:" << why.text;
    return Without;
}

void History::unlink(quint64 sequence)
{
    ::unlink(entryPath(sequence).constData());
}

void History::forget()
{
    m_spool = Spool(m_directory, m_spool.freshness());
}

} // namespace FileBus
