// SPDX-License-Identifier: Apache-2.0
#include "file/publish/readership.h"

#include "base/failure.h"
#include "base/logging.h"
#include "file/disk/accesslist.h"
#include "file/disk/filerights.h"
#include "file/disk/inbox.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <unistd.h>

namespace FileBus
{

namespace
{

struct ReadershipText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Readership)
};

constexpr uid_t root = 0; // who reads what it wants

} // namespace

Readership::Readership(const QByteArray &path)
    : m_path(path)
    , m_user(::geteuid())
{ }

QList<Readership::ShutOut> Readership::shutOut(const FileRights &rights, const Subscribers &subscribers) const
{
    QList<ShutOut> found;
    const AccessList access = rights.access();
    subscribers.forEachReader([&](const Inbox &inbox, const Inbox::Reader &reader) {
        if (reader.user != m_user && reader.user != root && !access.letsRead(reader.user, reader.group))
            found.append({inbox, reader.user});
    });
    return found;
}

Outcome Readership::check(const FileRights &rights, const Subscribers &subscribers) const
{
    const QList<ShutOut> readers = shutOut(rights, subscribers);
    return readers.isEmpty() ? done() : unreadable(readers.constFirst());
}

Outcome Readership::admit(StagedFile &file, const Subscribers &subscribers) const
{
    Result<FileRights> rights = FileRights::of(file.status, file.path, file.fd.get());
    if (!rights)
        return rights.failure();
    QList<uid_t> users;
    const QList<ShutOut> readers = shutOut(*rights, subscribers);
    for (const ShutOut &reader : readers)
        users.append(reader.user);
    const bool admitted = users.isEmpty() || rights->letRead(users, file.fd.get(), m_path);
    file.status.st_mode = S_IFREG | rights->mode();
    file.rights = std::move(*rights);
    return admitted ? done() : unreadable(readers.constFirst());
}

QByteArrayList Readership::unreadableFor(const FileRights &rights, const Subscribers &subscribers)
{
    QByteArrayList paths;
    for (const ShutOut &reader : shutOut(rights, subscribers)) {
        paths.append(reader.inbox.path());
        if (!m_warned.contains(reader.inbox.name()))
            qCCritical(logProducer).noquote() << unreadable(reader).text;
        m_warned.insert(reader.inbox.name());
    }
    return paths;
}

Failure Readership::unreadable(const ShutOut &reader) const
{
    return {Error::PermissionDenied,
            ReadershipText::tr("the user with ID %1 subscribes to %2, by the inbox %3, and cannot read what is published there; "
                               "permit it with chmod or with setfacl -m u:%1:r, or share a directory of mode 2770 as a group")
                .arg(QString::number(reader.user), shownPath(m_path), shownPath(reader.inbox.path()))};
}

} // namespace FileBus
