// SPDX-License-Identifier: Apache-2.0
#include "system/portable/portablesystem.h"

#include "system/portable/watcherevents.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>

namespace FileBus
{

namespace
{

class UncountedReplacements : public Replacements
{
public:
    bool areCounted() const override { return false; }
    quint64 take() override { return 0; }
};

/// As of a file system that has none.
class NoAttributes : public Attributes
{
public:
    std::optional<QByteArrayList> names(FileReference) const override { return QByteArrayList(); }

    std::optional<QByteArray> value(FileReference, const char *) const override
    {
        errno = EOPNOTSUPP;
        return std::nullopt;
    }

    bool set(FileReference, const char *, const QByteArray &) const override
    {
        errno = EOPNOTSUPP;
        return false;
    }

    bool remove(FileReference, const char *) const override
    {
        errno = EOPNOTSUPP;
        return false;
    }
};

} // namespace

const System &System::portable()
{
    static const PortableSystem system;
    return system;
}

std::unique_ptr<DirectoryEvents> PortableSystem::directoryEvents() const
{
    return std::make_unique<WatcherEvents>();
}

std::unique_ptr<Replacements> PortableSystem::replacementsOf(const QByteArray &) const
{
    return std::make_unique<UncountedReplacements>();
}

int PortableSystem::exchange(const QByteArray &, const QByteArray &) const
{
    return ENOSYS;
}

FileSystemKind PortableSystem::fileSystemKind(const QByteArray &) const
{
    return FileSystemKind::Other;
}

// What is mounted is on another device than the directory that holds it.
bool PortableSystem::isMountPoint(const QByteArray &path) const
{
    const QByteArray parent = path.first(path.lastIndexOf('/') + 1);
    struct stat own;
    struct stat around;
    return ::lstat(path.constData(), &own) == 0 && ::stat(parent.constData(), &around) == 0 && own.st_dev != around.st_dev;
}

const Attributes &PortableSystem::attributes() const
{
    static const NoAttributes none;
    return none;
}

// Empty without an application.
QString PortableSystem::program() const
{
    return QCoreApplication::instance() ? QFileInfo(QCoreApplication::applicationFilePath()).fileName() : QString();
}

std::chrono::nanoseconds PortableSystem::elapsed() const
{
    return Clock::now().time_since_epoch();
}

} // namespace FileBus
