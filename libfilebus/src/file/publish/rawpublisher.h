// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/uniquefd.h"
#include "bus/publishsettings.h"
#include "file/publish/obstacle.h"
#include "file/publish/publisher.h"
#include "file/watch/directoryalarm.h"

namespace FileBus
{

/// Publishes as the original filebus 0.3.5 does (FORMAT.md, "The raw format"): it does everything under the lock, and makes
/// nothing beside the bus but the lock.
class RawPublisher : public Publisher
{
public:
    explicit RawPublisher(const QByteArray &path);

    /// If lossless, a chunk waits until the bus is free, instead of replacing the one that is there.
    void configure(const PublishSettings &settings) override { m_lossless = settings.lossless; }

    Outcome open() override;

    bool hasStaged() const override { return m_payload.has_value(); }
    /// Only keeps it: the original writes everything under the lock.
    Outcome stage(const QByteArray &payload) override;
    Result<Obstacle> commit() override;
    void discard() override { m_payload.reset(); }

    /// If lossless, publishes an empty chunk, which waits as any other; else does nothing.
    Result<Obstacle> end() override;

    void setAlarm(DirectoryAlarm &alarm, const Obstacle &obstacle) const override;

private:
    Result<Obstacle> publish(const QByteArray &payload);
    Obstacle noRoom() const { return {Obstacle::NoRoom, {m_bus.path()}}; }
    Result<Obstacle> publishLocked(const QByteArray &payload);
    Result<UniqueFd> createNewFile(const std::optional<struct stat> &bus) const;
    Outcome giveRights(int fd, const struct stat &bus) const;
    Outcome write(const QByteArray &payload, const std::optional<struct stat> &bus) const;

    QByteArray m_newPath;
    std::optional<QByteArray> m_payload; ///< that is staged
    bool m_lossless = false;
};

} // namespace FileBus
