// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "system/linux/linuxattributes.h"
#include "system/system.h"

namespace FileBus
{

/// inotify(7), renameat2(2), statfs(2), statx(2), xattr(7) and proc(5).
class LinuxSystem : public System
{
public:
    std::unique_ptr<DirectoryEvents> directoryEvents() const override;
    std::unique_ptr<Replacements> replacementsOf(const QByteArray &path) const override;

    int exchange(const QByteArray &one, const QByteArray &other) const override;
    FileSystemKind fileSystemKind(const QByteArray &directory) const override;
    bool isMountPoint(const QByteArray &path) const override;
    void askForAttributes(int fd) const override;
    const Attributes &attributes() const override { return m_attributes; }

    QString program() const override;
    QByteArray namespaces() const override;
    ProcessState processState(qint64 pid) const override;
    qint64 lockHolder(const struct stat &file) const override;
    QByteArray processName(qint64 pid) const override;

    std::chrono::nanoseconds elapsed() const override;
    qint64 timeOfBoot() const override;

private:
    LinuxAttributes m_attributes;
};

} // namespace FileBus
