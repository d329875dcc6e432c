// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "system/system.h"

namespace FileBus
{

/// QFileSystemWatcher, and otherwise only POSIX. It knows no access control lists, takes every file system for one that is not
/// known, and judges the owner of an owner file by its lock alone.
class PortableSystem : public System
{
public:
    std::unique_ptr<DirectoryEvents> directoryEvents() const override;
    std::unique_ptr<Replacements> replacementsOf(const QByteArray &path) const override;

    int exchange(const QByteArray &one, const QByteArray &other) const override;
    FileSystemKind fileSystemKind(const QByteArray &directory) const override;
    bool isMountPoint(const QByteArray &path) const override;
    void askForAttributes(int) const override { }
    const Attributes &attributes() const override;

    QString program() const override;
    QByteArray namespaces() const override { return {}; }
    ProcessState processState(qint64) const override { return {}; }
    qint64 lockHolder(const struct stat &) const override { return 0; }
    QByteArray processName(qint64) const override { return {}; }

    std::chrono::nanoseconds elapsed() const override;
    qint64 timeOfBoot() const override { return 0; }
};

} // namespace FileBus
