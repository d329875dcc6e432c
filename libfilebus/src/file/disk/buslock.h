// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/uniquefd.h"
#include "bus/usualtimes.h"
#include "file/disk/accessrules.h"

#include <QtCore/QByteArray>

#include <chrono>
#include <optional>
#include <sys/stat.h>
#include <utility>

namespace FileBus
{

/// The mutex of all producers of a bus, ours and the original's: flock(2) on X.lock.
///
/// The file stays open between uses. Some implementations unlink it when they unlock, so tryLock() checks each time that the path
/// still names the file that it has locked.
class BusLock
{
public:
    BusLock() = default;
    explicit BusLock(const QByteArray &path);

    /// Makes and opens the file, as tryLock() does. Call it to find out early if that is impossible.
    Outcome open(const AccessRules &rules);
    /// Refuses a link, a directory or a FIFO in the place of the file. Makes nothing.
    Outcome check() const;

    /// Holds the lock for as long as it lives, which must not be longer than the BusLock does.
    class [[nodiscard]] Scope
    {
    public:
        Scope(Scope &&other) noexcept
            : m_fd(std::exchange(other.m_fd, -1))
        { }
        Scope &operator=(Scope &&other) noexcept
        {
            std::swap(m_fd, other.m_fd);
            return *this;
        }
        Scope(const Scope &) = delete;
        Scope &operator=(const Scope &) = delete;
        ~Scope();

    private:
        friend class BusLock;
        explicit Scope(int fd)
            : m_fd(fd)
        { }

        int m_fd; ///< of the BusLock
    };

    /// What came of an attempt to take the lock: its scope, nothing if another process holds it, or a failure.
    using Attempt = Result<std::optional<Scope>>;

    /// Takes the lock if it is free. Never waits.
    Attempt tryLock(const AccessRules &rules);

    /// Notes, while the lock is held, that another producer has published meanwhile. True if that cannot be explained by a lock
    /// file that somebody removed, which means that locks do not work here.
    bool excludesNobody();

    /// How often to try again: producers hold the lock for microseconds, and flock(2) cannot wait with a timeout.
    static constexpr std::chrono::milliseconds retryInterval{1};
    /// How long to try, by default, before saying that it is stuck().
    static constexpr std::chrono::seconds patience = usualPatience;

    /// Says which process has held the lock for that long.
    Failure stuck(std::chrono::milliseconds waited) const;
    /// Who holds the lock: "PID 4711 (python3)", or "another process" if the kernel does not tell.
    QString holder() const;

private:
    bool isStillAtPath() const;

    QByteArray m_path;
    UniqueFd m_fd;
    struct stat m_opened{};     ///< what m_fd is
    int m_overtaken = 0;        ///< how often it was locked, and another producer published meanwhile
    bool m_isOvertaken = false; ///< since it was locked
};

} // namespace FileBus
