// SPDX-License-Identifier: Apache-2.0
#include "file/disk/heldchunks.h"

#include "file/disk/spool.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <cstdio>
#include <unistd.h>

namespace FileBus
{

namespace
{

struct HeldText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::HeldChunks)
};

bool isThere(const QByteArray &path)
{
    return ::access(path.constData(), F_OK) == 0;
}

} // namespace

HeldChunks::HeldChunks(const Inbox &inbox)
    : m_inbox(inbox)
    , m_spool(inbox.held())
{ }

// What already has that name may be a link to somebody's files.
Outcome HeldChunks::makeDirectory(const AccessRules &rules)
{
    if (m_isMade)
        return done();
    if (!rules.makeDirectory(m_inbox.heldPath().constData()))
        return Failure::fromErrno(errno, HeldText::tr("cannot create the directory %1").arg(shownPath(m_inbox.heldPath())),
                                  m_inbox.heldPath());
    m_isMade = m_inbox.hasHeldDirectory();
    if (m_isMade)
        return done();
    return Failure{Error::NotARegularFile, HeldText::tr("%1 is not a directory; remove it").arg(shownPath(m_inbox.heldPath()))};
}

Outcome HeldChunks::hold(quint64 sequence, const AccessRules &rules)
{
    if (const Outcome made = makeDirectory(rules); !made)
        return made;
    const QByteArray from = m_inbox.spool().entryPath(sequence);
    const QByteArray to = m_spool.entryPath(sequence);
    if (isThere(to)) // of another stream: it must be dealt with first
        return done();
    const Outcome moved = move(from, to);
    if (!moved)
        m_isMade = false; // somebody may have removed it
    else
        ++m_count;
    return moved;
}

// What somebody has removed is in memory still.
Outcome HeldChunks::move(const QByteArray &from, const QByteArray &to) const
{
    if (::rename(from.constData(), to.constData()) == 0)
        return done();
    const int number = errno;
    if (number == ENOENT && !isThere(from))
        return done();
    return Failure::fromErrno(number, HeldText::tr("cannot move %1").arg(shownPath(from)), from);
}

bool HeldChunks::release(quint64 sequence)
{
    if (m_count == 0)
        return false;
    ::unlink(m_spool.entryPath(sequence).constData());
    --m_count;
    return true;
}

// A producer that completed what another had begun may have put a chunk in once more: then rename(2) leaves both names.
Outcome HeldChunks::putBack()
{
    m_count = 0;
    m_isMade = false;
    if (!m_inbox.hasHeldDirectory())
        return done();
    const Result<QList<quint64>> sequences = m_inbox.held().sequences();
    if (!sequences)
        return sequences.failure();
    for (const quint64 sequence : *sequences) {
        const QByteArray held = m_spool.entryPath(sequence);
        if (const Outcome moved = move(held, m_inbox.spool().entryPath(sequence)); !moved)
            return moved;
        ::unlink(held.constData());
    }
    return done();
}

} // namespace FileBus
