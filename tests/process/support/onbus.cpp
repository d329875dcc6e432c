// SPDX-License-Identifier: Apache-2.0
#include "onbus.h"

#include "busdirectory.h"
#include "format/chunkformat.h"

#include <QtCore/QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace OnBus
{

std::optional<FileBus::Chunk> chunkAt(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const auto chunk = FileBus::ChunkFormat::decode(file.readAll());
    return chunk ? std::optional(*chunk) : std::nullopt;
}

QList<FileBus::Chunk> historyAfter(const QString &bus, quint64 sequence)
{
    const QString directory = bus + u".d/history/"_s;
    QList<FileBus::Chunk> chunks;
    for (const QString &name : namesIn(directory)) {
        if (name.toULongLong() <= sequence)
            continue;
        if (const auto chunk = chunkAt(directory + name))
            chunks.append(*chunk);
    }
    return chunks;
}

QByteArrayList payloads(const QString &bus)
{
    QByteArrayList list;
    for (const FileBus::Chunk &chunk : historyAfter(bus, 0))
        list.append(chunk.payload());
    return list;
}

// FUSE keeps a name for an unlinked file while it is open, like the first name of an owner file. It disappears by itself.
QStringList leftovers(const QString &bus)
{
    QStringList names = namesIn(bus + u".d/staging"_s) + namesIn(bus + u".d/producers"_s);
    names.removeIf([](const QString &name) { return name.startsWith(u".fuse_hidden"_s); });
    return names;
}

} // namespace OnBus

HeldLock::HeldLock(const QString &bus)
    : m_fd(::open(QFile::encodeName(bus + u".lock"_s).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0666))
{
    if (::flock(m_fd, LOCK_EX) != 0)
        qFatal("cannot lock %s.lock", qPrintable(bus));
}

HeldLock::~HeldLock()
{
    ::close(m_fd);
}
