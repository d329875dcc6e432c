// SPDX-License-Identifier: Apache-2.0
#include "staging.h"

#include "directorylisting.h"
#include "logging.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QSet>

#include <cerrno>
#include <fcntl.h>

namespace FileBus
{

namespace
{

constexpr mode_t unrestricted = 0666; // less the umask: how any program makes a new file
const QByteArray ownerSuffix = QByteArrayLiteral(".owner");

// "ID.7" belongs to the producer ID.
QByteArray ownerOf(const QByteArray &stagedName)
{
    return stagedName.first(std::max<qsizetype>(stagedName.lastIndexOf('.'), 0));
}

} // namespace

Staging::Staging(const BusFile &bus, const AccessRules &rules, const QUuid &producer, OwnerFile owner)
    : m_directory(bus.stagingDirectory())
    , m_producersDirectory(bus.producersDirectory())
    , m_id(producer.toByteArray(QUuid::WithoutBraces))
    , m_rules(rules)
    , m_owner(std::move(owner))
{ }

Staging::~Staging()
{
    for (const QByteArray &name : directoryListing(m_directory)) {
        if (ownerOf(name) == m_id)
            ::unlink((m_directory + '/' + name).constData());
    }
}

Result<std::unique_ptr<Staging>> Staging::open(const BusFile &bus, const AccessRules &rules, const QUuid &producer)
{
    if (const Outcome made = bus.makeSideDirectories(rules); !made)
        return made.failure();
    Result<OwnerFile> owner = OwnerFile::create(bus.producersDirectory(), producer.toByteArray(QUuid::WithoutBraces));
    if (!owner)
        return owner.failure();
    return std::unique_ptr<Staging>(new Staging(bus, rules, producer, std::move(*owner)));
}

Result<StagedFile> Staging::take(std::optional<mode_t> mode)
{
    StagedFile staged;
    staged.path = m_directory + '/' + m_id + '.' + QByteArray::number(++m_taken);
    const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    staged.fd = UniqueFd(::open(staged.path.constData(), flags, mode.value_or(unrestricted)));
    if (staged.fd && !mode)
        m_rules.shareNewChunk(staged.fd.get());
    if (!staged.fd || ::fstat(staged.fd.get(), &staged.status) != 0)
        return Failure::fromErrno(errno, QCoreApplication::translate("FileBus::Staging", "write a chunk in"), m_directory);
    return staged;
}

void Staging::removeAbandoned()
{
    // In this order: a file that is seen here has an owner file that is older than it, and so is seen below.
    const QByteArrayList stagedNames = directoryListing(m_directory);
    QSet<QByteArray> living{m_id};
    for (const QByteArray &name : directoryListing(m_producersDirectory)) {
        const QByteArray id = name.first(std::max<qsizetype>(name.size() - ownerSuffix.size(), 0));
        if (name.endsWith(ownerSuffix) && id != m_id && !OwnerFile::removeIfDead(m_producersDirectory, id))
            living.insert(id);
    }
    for (const QByteArray &name : stagedNames) {
        if (living.contains(ownerOf(name)))
            continue;
        qCInfo(logProducer) << "removing what a producer left that is gone:" << name;
        ::unlink((m_directory + '/' + name).constData());
    }
}

} // namespace FileBus
