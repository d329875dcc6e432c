// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/publishsettings.h"
#include "file/publish/obstacle.h"
#include "file/publish/publisher.h"
#include "file/watch/directoryalarm.h"

#include <filebus/chunk.h>

#include <chrono>
#include <memory>

namespace FileBus
{

/// Publishes one chunk, or announces the end, and is patient for a moment with what is in the way. Where it takes longer, it
/// returns the obstacle, logs what it waits for, and sets the alarm to ring when to try again.
class PatientPublisher
{
public:
    PatientPublisher(const QByteArray &path, const ProducerInfo &info, DirectoryAlarm &alarm);

    const PublishSettings &settings() const { return m_settings; }
    void configure(const PublishSettings &settings);

    Outcome open();
    /// Lets go of the bus.
    void letGo() { m_publisher.reset(); }
    /// Keeps an idle bus from being removed as old (Publisher::refresh()).
    void refresh();
    /// Refuses a payload that cannot be published.
    Outcome check(const QByteArray &payload) const;
    /// To be called again with the same payload until it is published, or given up.
    Result<Obstacle> publish(const QByteArray &payload);
    void giveUp() { m_publisher->discard(); }
    Result<Obstacle> sayEnd();
    /// After the end: whether every living lossless consumer has taken everything.
    Obstacle awaitTaken();

    QUuid streamId() const { return m_publisher ? m_publisher->streamId() : QUuid(); }
    quint64 lastSequence() const { return m_publisher->lastSequence(); }

    /// Says that the obstacle has been there for that long.
    Failure stuck(const Obstacle &obstacle, std::chrono::milliseconds waited) const;

private:
    using Step = Result<Obstacle> (Publisher::*)();

    void makePublisher();
    Result<Obstacle> stageAndCommit(const QByteArray &payload);
    Result<Obstacle> publishOnce(const QByteArray &payload);
    Result<Obstacle> patiently(Step step);
    void logWaiting(const Obstacle &obstacle);

    DirectoryAlarm &m_alarm;
    QByteArray m_path;
    ProducerInfo m_info;
    PublishSettings m_settings;
    std::unique_ptr<Publisher> m_publisher;
    bool m_isWaitLogged = false;
};

} // namespace FileBus
