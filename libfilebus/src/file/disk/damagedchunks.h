// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/busfile.h"

namespace FileBus
{

/// What lay in inboxes and was no chunk, kept for people to look at, in X.d/damaged: the newest of it.
class DamagedChunks
{
public:
    /// More of them, or more bytes than that, are not kept; the newest one always is.
    static constexpr qsizetype mostKept = 16;
    static constexpr qint64 mostBytes = qint64(64) << 20;

    explicit DamagedChunks(const BusFile &bus);

    /// Moves the file at @p path there, under the name @p name or one that begins with it. Returns where it is then.
    Result<QByteArray> keep(const QByteArray &path, const QByteArray &name) const;

private:
    QByteArray freePath(const QByteArray &name) const;
    void trim(const QByteArray &newest) const;

    BusFile m_bus;
};

} // namespace FileBus
