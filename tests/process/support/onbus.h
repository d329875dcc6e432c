// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>

#include <QtCore/QList>

/// The content of a bus, read without the program.
namespace OnBus
{
/// The chunk in the file; empty if the file does not hold a whole one.
std::optional<FileBus::Chunk> chunkAt(const QString &path);

/// The history of @p bus after the chunk @p sequence, in order.
QList<FileBus::Chunk> historyAfter(const QString &bus, quint64 sequence);

/// The payloads of the whole history.
QByteArrayList payloads(const QString &bus);

/// Files in X.d/staging and X.d/producers, of producers that are alive or could not clean up.
QStringList leftovers(const QString &bus);
} // namespace OnBus

/// Holds X.lock, like a producer that is stuck.
class HeldLock
{
public:
    explicit HeldLock(const QString &bus);
    ~HeldLock();
    Q_DISABLE_COPY_MOVE(HeldLock)

private:
    int m_fd;
};
