// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/uniquefd.h"
#include "file/publish/chunkpublisher.h"
#include "file/watch/directoryalarm.h"

namespace FileBus
{

/// Publishes as the original filebus 0.3.5 does (FORMAT.md, "The raw format"): all under the lock, and nothing beside the bus but
/// its lock.
class RawPublisher : public ChunkPublisher
{
public:
    explicit RawPublisher(const QByteArray &path);

    /// If lossless, a chunk is published when the bus is free, instead of replacing the one that is there.
    void configure(const PublishSettings &settings) override { m_lossless = settings.lossless; }

    Outcome open() override;

    bool hasStaged() const override { return m_payload.has_value(); }
    /// Only keeps it: what the original writes, it writes under the lock.
    Outcome stage(const QByteArray &payload) override;
    Result<Commit> commit() override;
    void discard() override { m_payload.reset(); }

    /// If lossless, this is an empty chunk, and waits as one; else nothing.
    Result<Commit> end() override;

    QByteArrayList full() const override { return {m_bus.path()}; }
    void askForRoom(DirectoryAlarm &alarm, Commit missing) const override;

private:
    Result<Commit> publish(const QByteArray &payload);
    Result<Commit> publishLocked(const QByteArray &payload);
    Result<UniqueFd> createNewFile(const std::optional<struct stat> &bus) const;
    Outcome giveRights(int fd, const struct stat &bus) const;
    Outcome write(const QByteArray &payload, const std::optional<struct stat> &bus) const;

    QByteArray m_newPath;
    std::optional<QByteArray> m_payload; ///< that is staged
    bool m_lossless = false;
};

} // namespace FileBus
