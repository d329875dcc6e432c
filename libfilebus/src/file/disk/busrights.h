// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/filerights.h"
#include "file/disk/staging.h"

#include <optional>
#include <utility>

namespace FileBus
{

/// The rights of the bus, as its owner has laid them down: looked at for each chunk, and remembered when the bus is gone for a
/// moment. To be used under the lock of the bus.
class BusRights
{
public:
    /// @p path: of the bus.
    explicit BusRights(const QByteArray &path);

    /// Looks at the bus, which is there and has that @p status. @p fd: it, if it is open; -1 otherwise.
    Outcome look(const struct stat &status, int fd = -1);

    /// Nothing as long as no bus was seen.
    const std::optional<FileRights> &known() const { return m_known; }

    /// How to make a file that will take the place of the bus: as its owner's alone until it has the rights of the bus. Nothing
    /// if no bus is known, and so the umask decides.
    std::optional<mode_t> stagingMode() const;

    /// True once after the access was seen for the first time, or is another one than before.
    bool takeChange() { return std::exchange(m_changed, false); }

    /// Gives them to a file that is to take the place of the bus, if a bus is known.
    Outcome giveTo(StagedFile &file) const;

private:
    QByteArray m_path;
    std::optional<FileRights> m_known;
    bool m_changed = false;
};

} // namespace FileBus
