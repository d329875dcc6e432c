// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>

#include <QtCore/QList>

/// What lies on a bus, read without the program.
namespace OnBus
{
/// The chunk in the file; nothing if the file does not hold a whole one.
std::optional<FileBus::Chunk> chunkAt(const QString &path);

/// The history of @p bus from the chunk after @p sequence on, in order.
QList<FileBus::Chunk> historyAfter(const QString &bus, quint64 sequence);

/// The payloads of the whole history.
QByteArrayList payloads(const QString &bus);

/// What producers that live, or did not get to clean up, have in X.d/staging and X.d/producers.
QStringList leftovers(const QString &bus);
} // namespace OnBus

/// Holds X.lock, as a producer does that is stuck.
class HeldLock
{
public:
    explicit HeldLock(const QString &bus);
    ~HeldLock();
    Q_DISABLE_COPY_MOVE(HeldLock)

private:
    int m_fd;
};
