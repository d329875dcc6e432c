// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/publish/chunkpublisher.h"
#include "file/watch/directoryalarm.h"

#include <filebus/chunk.h>

namespace FileBus
{

/// Publishes one chunk, or the end, and has a little patience with who is in the way. Where it takes longer it says what for, and
/// has the alarm ring when it is worth to try again.
class PatientPublisher
{
public:
    /// It is done; the lock is taken; consumers are awaited; it cannot be done.
    enum Attempt { Done, Busy, Waiting, Failed };

    explicit PatientPublisher(DirectoryAlarm &alarm);

    const QByteArray &path() const { return m_path; }
    void setPath(const QByteArray &path);
    const PublishSettings &settings() const { return m_settings; }
    void configure(const PublishSettings &settings);

    bool open();
    /// Keeps an idle bus from being taken for old (ChunkPublisher::refresh()).
    void refresh();
    /// Whether the payload is one that can be published.
    bool check(const QByteArray &payload);
    /// To be tried again with the same payload until it is done, or given up.
    Attempt publish(const QByteArray &payload);
    void giveUp() { m_publisher->discard(); }
    Attempt sayEnd();
    /// After the end: until every living lossless consumer has taken all that was published.
    Attempt awaitTaken();

    const ProducerInfo &info() const { return m_info; }
    QUuid streamId() const { return m_publisher ? m_publisher->streamId() : QUuid(); }
    quint64 lastSequence() const { return m_publisher->lastSequence(); }

    /// Why the last attempt since clearFailure() failed.
    const Failure &failure() const { return m_failure; }
    void clearFailure() { m_failure = {}; }
    /// Say that what was tried last was waited for long enough.
    Attempt failForLock(std::chrono::milliseconds waited);
    Attempt failForConsumers(std::chrono::milliseconds waited);

private:
    bool checkName();
    void makePublisher();
    Attempt stageAndCommit(const QByteArray &payload);
    Attempt publishOnce(const QByteArray &payload);
    Attempt makeRoom();
    Attempt patiently(Result<ChunkPublisher::Commit> (ChunkPublisher::*step)());
    Attempt noteDone();
    void tellWaiting(ChunkPublisher::Commit reason);
    Attempt fail(const Failure &why);

    DirectoryAlarm &m_alarm;
    QByteArray m_path;
    ProducerInfo m_info;
    PublishSettings m_settings;
    std::unique_ptr<ChunkPublisher> m_publisher;
    ChunkPublisher::Commit m_busy = ChunkPublisher::Locked; ///< what was in the way last: the lock, or another program
    bool m_toldWaiting = false;
    Failure m_failure;
};

} // namespace FileBus
