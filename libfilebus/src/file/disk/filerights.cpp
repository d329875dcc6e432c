// SPDX-License-Identifier: Apache-2.0
#include "file/disk/filerights.h"

#include "base/logging.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <cstring>
#include <sys/xattr.h>
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

/// The extended attributes of a file that is open, or has a path.
class Attributes
{
public:
    Attributes(int fd, const QByteArray &path)
        : m_fd(fd)
        , m_path(path)
    { }

    // Nothing, and errno, if that fails.
    std::optional<QByteArrayList> names() const
    {
        char few[1024];
        ssize_t size = list(few, sizeof few);
        QByteArray bytes(few, std::max<ssize_t>(size, 0));
        if (size < 0 && errno == ERANGE) {
            bytes.resize(XATTR_LIST_MAX);
            size = list(bytes.data(), static_cast<size_t>(bytes.size()));
            bytes.truncate(std::max<ssize_t>(size, 0));
        }
        if (size < 0 && errno != EOPNOTSUPP && errno != ENOSYS)
            return std::nullopt;
        return bytes.isEmpty() ? QByteArrayList() : bytes.chopped(1).split('\0');
    }

    std::optional<QByteArray> value(const QByteArray &name) const
    {
        QByteArray bytes(XATTR_SIZE_MAX, Qt::Uninitialized);
        const auto room = static_cast<size_t>(bytes.size());
        const ssize_t size = m_fd >= 0 ? ::fgetxattr(m_fd, name.constData(), bytes.data(), room)
                                       : ::lgetxattr(m_path.constData(), name.constData(), bytes.data(), room);
        if (size < 0)
            return std::nullopt;
        bytes.truncate(size);
        return bytes;
    }

private:
    ssize_t list(char *names, size_t room) const
    {
        return m_fd >= 0 ? ::flistxattr(m_fd, names, room) : ::llistxattr(m_path.constData(), names, room);
    }

    int m_fd;
    const QByteArray &m_path;
};

Failure cannotKeep(const QByteArray &name, const QByteArray &path)
{
    return Failure::fromErrno(errno, RightsText::tr("keep the attribute %1 of").arg(displayText(name)), path);
}

Failure tooMany(const QByteArray &path)
{
    return {
        Error::SystemError,
        RightsText::tr("%1 has more extended attributes than the %2 of %3 bytes that a new chunk can take over; remove some")
            .arg(shownPath(path), QString::number(FileRights::mostAttributes), QString::number(FileRights::mostAttributeBytes))};
}

} // namespace

Result<FileRights> FileRights::of(const struct stat &status, const QByteArray &path, int fd)
{
    FileRights rights;
    rights.m_mode = status.st_mode & (S_ISVTX | 0777);
    rights.m_group = status.st_gid;
    const Attributes attributes(fd, path);
    const std::optional<QByteArrayList> names = attributes.names();
    if (!names)
        return Failure::fromErrno(errno, RightsText::tr("read the attributes of"), path);
    qsizetype bytes = 0;
    for (const QByteArray &name : *names) {
        const bool isList = name == AccessList::attribute;
        if (!isList && !name.startsWith(ofUser))
            continue;
        const std::optional<QByteArray> value = attributes.value(name);
        if (!value && errno == ENODATA) // it was removed just now
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
    for (const auto &[name, value] : m_attributes.asKeyValueRange()) {
        if (::fsetxattr(fd, name.constData(), value.constData(), static_cast<size_t>(value.size()), 0) != 0)
            return cannotKeep(name, path);
    }
    for (const QByteArray &name : before.m_attributes.keys()) {
        if (!m_attributes.contains(name) && ::fremovexattr(fd, name.constData()) != 0)
            return cannotKeep(name, path);
    }
    AccessList list = access();
    if (!groupKept) // then that of this user, who may share it with others
        list.closeToOwningGroup();
    if (!m_list.isEmpty() || !before.m_list.isEmpty()) {
        const QByteArray bytes = groupKept && !m_list.isEmpty() ? m_list : list.encoded();
        if (::fsetxattr(fd, AccessList::attribute, bytes.constData(), static_cast<size_t>(bytes.size()), 0) != 0)
            return cannotKeep(AccessList::attribute, path);
        status.st_mode = (status.st_mode & ~mode_t(0777)) | list.mode();
    }
    const mode_t mode = (m_mode & S_ISVTX) | (groupKept ? m_mode & 0777 : list.mode());
    if ((status.st_mode & 07777) != mode && ::fchmod(fd, mode) != 0)
        return Failure::fromErrno(errno, RightsText::tr("set the mode of"), path);
    status.st_mode = (status.st_mode & S_IFMT) | mode;
    return done();
}

Outcome FileRights::letRead(const QList<uid_t> &users, int fd, const QByteArray &path)
{
    AccessList list = access();
    for (const uid_t user : users)
        list.letRead(user);
    const QByteArray bytes = list.encoded();
    if (::fsetxattr(fd, AccessList::attribute, bytes.constData(), static_cast<size_t>(bytes.size()), 0) != 0)
        return cannotKeep(AccessList::attribute, path);
    m_list = bytes;
    m_mode = (m_mode & S_ISVTX) | list.mode();
    return done();
}

bool restrictAccess(int fd, const AccessList &access)
{
    const QByteArray list = access.encoded();
    if (::fsetxattr(fd, AccessList::attribute, list.constData(), static_cast<size_t>(list.size()), 0) == 0)
        return true;
    struct stat status;
    return errno == EOPNOTSUPP && ::fstat(fd, &status) == 0
        && ::fchmod(fd, (status.st_mode & S_ISVTX) | access.narrowestMode()) == 0;
}

} // namespace FileBus
