// SPDX-License-Identifier: Apache-2.0
#include "file/disk/entryremoval.h"

#include "file/disk/busfile.h"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace FileBus
{

EntryRemoval::EntryRemoval(const BusFile &bus, const Inbox &inbox)
    : m_inbox(inbox)
    , m_bus(bus)
    , m_damaged(bus)
{ }

void EntryRemoval::remove(quint64 sequence)
{
    if (!removed(sequence))
        m_left.insert(sequence);
}

QByteArray EntryRemoval::setAside(quint64 sequence)
{
    if (kept(sequence))
        return m_bus.damagedDirectory();
    m_leftDamaged.insert(sequence);
    return m_inbox.path();
}

void EntryRemoval::tryAgain()
{
    m_left.removeIf([this](quint64 sequence) { return removed(sequence); });
    m_leftDamaged.removeIf([this](quint64 sequence) { return kept(sequence); });
}

bool EntryRemoval::removed(quint64 sequence) const
{
    const QByteArray path = m_inbox.spool().entryPath(sequence);
    int result = ::unlink(path.constData());
    while (result != 0 && errno == EINTR)
        result = ::unlink(path.constData());
    return result == 0 || errno == ENOENT;
}

bool EntryRemoval::kept(quint64 sequence) const
{
    const QByteArray path = m_inbox.spool().entryPath(sequence);
    const QByteArray name = path.sliced(path.lastIndexOf('/') + 1);
    struct stat status;
    return m_damaged.keep(path, m_inbox.name() + '.' + name) || (::lstat(path.constData(), &status) != 0 && errno == ENOENT);
}

} // namespace FileBus
