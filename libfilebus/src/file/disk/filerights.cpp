// SPDX-License-Identifier: Apache-2.0
#include "file/disk/filerights.h"

#include "base/logging.h"
#include "system/system.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace FileBus
{

namespace
{

struct RightsText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::FileRights)
};

constexpr QByteArrayView ofUser("user.");
constexpr mode_t othersWrite = 0022;
constexpr uid_t root = 0;

bool isTrusted(uid_t owner)
{
    return owner == root || owner == ::geteuid();
}

Failure cannotKeep(const QByteArray &name, const QByteArray &path)
{
    return Failure::fromErrno(errno, RightsText::tr("cannot keep the attribute %1 of %2").arg(displayText(name), shownPath(path)),
                              path);
}

Failure tooMany(const QByteArray &path)
{
    return {
        Error::SystemError,
        RightsText::tr("%1 has more extended attributes than the %2 of %3 bytes that a new chunk can keep; remove some")
            .arg(shownPath(path), QString::number(FileRights::mostAttributes), QString::number(FileRights::mostAttributeBytes))};
}

} // namespace

Result<FileRights> FileRights::of(const struct stat &status, const QByteArray &path, int fd)
{
    FileRights rights;
    rights.m_mode = status.st_mode & (S_ISVTX | 0777);
    rights.m_group = status.st_gid;
    const Attributes &attributes = System::current().attributes();
    const FileReference file{fd, path.constData()};
    const std::optional<QByteArrayList> names = attributes.names(file);
    if (!names)
        return Failure::fromErrno(errno, RightsText::tr("cannot read the attributes of %1").arg(shownPath(path)), path);
    qsizetype bytes = 0;
    for (const QByteArray &name : *names) {
        const bool isList = name == AccessList::attribute;
        if (!isList && !name.startsWith(ofUser))
            continue;
        const std::optional<QByteArray> value = attributes.value(file, name.constData());
        if (!value && errno == noSuchAttribute) // it was removed just now
            continue;
        if (!value)
            return cannotKeep(name, path);
        bytes += value->size();
        if (rights.m_attributes.size() == mostAttributes || bytes > mostAttributeBytes)
            return tooMany(path);
        (isList ? rights.m_list : rights.m_attributes[name]) = *value;
    }
    if ((rights.m_mode & othersWrite) && !isTrusted(status.st_uid))
        rights.closeToOtherWriters();
    return rights;
}

void FileRights::closeToOtherWriters()
{
    m_mode &= ~othersWrite;
    if (m_list.isEmpty())
        return;
    AccessList list = access();
    list.closeToOtherWriters();
    m_list = list.encoded();
}

AccessList FileRights::access() const
{
    return AccessList::parse(m_list, m_group).value_or(AccessList::ofMode(m_mode, m_group));
}

bool FileRights::keepGroup(int fd, struct stat &status) const
{
    if (status.st_gid == m_group)
        return true;
    if (::fchown(fd, static_cast<uid_t>(-1), m_group) == 0) {
        status.st_gid = m_group;
        return true;
    }
    qCInfo(logProducer) << "the group of the bus cannot be kept:" << std::strerror(errno);
    return false;
}

// In this order: first what opens nothing, then the list, which brings its permission bits with it, and then the mode.
Outcome FileRights::giveTo(int fd, struct stat &status, const QByteArray &path, const FileRights &before) const
{
    const bool groupKept = keepGroup(fd, status);
    const Attributes &attributes = System::current().attributes();
    for (const auto &[name, value] : m_attributes.asKeyValueRange()) {
        if (!attributes.set({fd}, name.constData(), value))
            return cannotKeep(name, path);
    }
    for (const QByteArray &name : before.m_attributes.keys()) {
        if (!m_attributes.contains(name) && !attributes.remove({fd}, name.constData()))
            return cannotKeep(name, path);
    }
    AccessList list = access();
    if (!groupKept) // then that of this user, who may share it with others
        list.closeToOwningGroup();
    if (!m_list.isEmpty() || !before.m_list.isEmpty()) {
        const QByteArray bytes = groupKept && !m_list.isEmpty() ? m_list : list.encoded();
        if (!attributes.set({fd}, AccessList::attribute, bytes))
            return cannotKeep(AccessList::attribute, path);
        status.st_mode = (status.st_mode & ~mode_t(0777)) | list.mode();
    }
    const mode_t mode = (m_mode & S_ISVTX) | (groupKept ? m_mode & 0777 : list.mode());
    if ((status.st_mode & 07777) != mode && ::fchmod(fd, mode) != 0)
        return Failure::fromErrno(errno, RightsText::tr("cannot set the permissions of %1").arg(shownPath(path)), path);
    status.st_mode = (status.st_mode & S_IFMT) | mode;
    return done();
}

Outcome FileRights::letRead(const QList<uid_t> &users, int fd, const QByteArray &path)
{
    AccessList list = access();
    for (const uid_t user : users)
        list.letRead(user);
    const QByteArray bytes = list.encoded();
    if (!System::current().attributes().set({fd}, AccessList::attribute, bytes))
        return cannotKeep(AccessList::attribute, path);
    m_list = bytes;
    m_mode = (m_mode & S_ISVTX) | list.mode();
    return done();
}

bool restrictAccess(int fd, const AccessList &access)
{
    if (System::current().attributes().set({fd}, AccessList::attribute, access.encoded()))
        return true;
    struct stat status;
    return errno == EOPNOTSUPP && ::fstat(fd, &status) == 0
        && ::fchmod(fd, (status.st_mode & S_ISVTX) | access.narrowestMode()) == 0;
}

} // namespace FileBus
