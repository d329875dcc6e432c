// SPDX-License-Identifier: Apache-2.0
#include "file/publish/patientpublisher.h"

#include "base/failure.h"
#include "base/logging.h"
#include "file/disk/busname.h"
#include "file/disk/inbox.h"
#include "file/disk/ownerfile.h"
#include "file/publish/publisher.h"
#include "file/publish/rawpublisher.h"
#include "file/watch/directoryalarm.h"
#include "system/system.h"

#include <filebus/error.h>
#include <filebus/format.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QDeadlineTimer>
#include <QtCore/QSysInfo>

#include <algorithm>
#include <thread>
#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

struct PublisherText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Producer)
};

// The lock is held for microseconds: look again at once, a few times.
constexpr auto patience = 500us;
constexpr auto glance = 20us;
constexpr qsizetype longestText = 255;

ProducerInfo describeThisProcess()
{
    return {QUuid::createUuid(), QCoreApplication::applicationPid(),
            QSysInfo::machineHostName().first(std::min(QSysInfo::machineHostName().size(), longestText)),
            System::current().program().left(longestText)};
}

// "X.d/inbox/NAME, of PID 4711 (filebus) on host".
QString inboxAndOwner(const QByteArray &inbox)
{
    const qsizetype slash = inbox.lastIndexOf('/');
    const std::optional<Owner> owner = Inbox(inbox.first(slash), inbox.sliced(slash + 1)).owner();
    return owner ? PublisherText::tr("%1, of %2").arg(shownPath(inbox), owner->shown()) : shownPath(inbox);
}

double seconds(std::chrono::milliseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

} // namespace

PatientPublisher::PatientPublisher(DirectoryAlarm &alarm)
    : m_alarm(alarm)
    , m_info(describeThisProcess())
{ }

void PatientPublisher::setPath(const QByteArray &path)
{
    m_path = path;
    m_publisher.reset();
}

void PatientPublisher::configure(const PublishSettings &settings)
{
    const bool isOther = settings.format != m_settings.format || settings.lossless != m_settings.lossless
        || settings.awaitedConsumers != m_settings.awaitedConsumers;
    m_settings = settings;
    if (isOther)
        m_publisher.reset();
    else if (m_publisher)
        m_publisher->configure(m_settings);
}

void PatientPublisher::makePublisher()
{
    if (m_settings.format == Format::Raw)
        m_publisher = std::make_unique<RawPublisher>(m_path);
    else
        m_publisher = std::make_unique<Publisher>(m_path, m_info);
    m_publisher->configure(m_settings);
}

bool PatientPublisher::checkName()
{
    const Outcome named = checkFileName(m_path);
    return named || fail(named.failure()) != Failed;
}

bool PatientPublisher::open()
{
    if (!checkName())
        return false;
    makePublisher();
    Outcome opened = m_publisher->open();
    while (!opened && fail(opened.failure()) == Failed && makeRoom() == Done)
        opened = m_publisher->open();
    if (opened)
        refresh();
    return bool(opened);
}

void PatientPublisher::refresh()
{
    if (m_publisher)
        m_publisher->refresh();
}

// Done if it is worth to try again what has failed; otherwise why it has failed stays.
PatientPublisher::Attempt PatientPublisher::makeRoom()
{
    if (m_failure.error != Error::DiskFull)
        return Failed;
    const Failure full = m_failure;
    const Attempt made = patiently(&ChunkPublisher::makeRoom);
    return made == Failed ? fail(full) : made;
}

bool PatientPublisher::check(const QByteArray &payload)
{
    if (!checkName())
        return false;
    if (payload.isEmpty() && m_settings.format == Format::Raw) {
        fail({Error::EmptyChunk, PublisherText::tr("an empty chunk cannot be published in the raw format; leave it out")});
        return false;
    }
    if (payload.size() <= Chunk::maximumPayloadSize)
        return true;
    fail({Error::ChunkTooLarge,
          PublisherText::tr("a chunk of %1 bytes cannot be published; the most is %2")
              .arg(QString::number(payload.size()), QString::number(Chunk::maximumPayloadSize))});
    return false;
}

PatientPublisher::Attempt PatientPublisher::publish(const QByteArray &payload)
{
    if (!m_publisher)
        makePublisher();
    Attempt attempted = publishOnce(payload);
    while (attempted == Failed && m_failure.error == Error::DiskFull) { // perhaps of the history
        if (const Attempt made = makeRoom(); made != Done)
            return made;
        attempted = publishOnce(payload);
    }
    return attempted;
}

PatientPublisher::Attempt PatientPublisher::publishOnce(const QByteArray &payload)
{
    const Attempt attempted = stageAndCommit(payload);
    // Somebody removed X.d while the chunk was in it: once more, in a new one.
    return attempted == Failed && m_failure.error == Error::DirectoryMissing ? stageAndCommit(payload) : attempted;
}

PatientPublisher::Attempt PatientPublisher::stageAndCommit(const QByteArray &payload)
{
    if (!m_publisher->hasStaged()) {
        if (const Outcome staged = m_publisher->stage(payload); !staged)
            return fail(staged.failure());
    }
    return patiently(&ChunkPublisher::commit);
}

// Whoever asks to be told of room must look once more: it may have come just before.
PatientPublisher::Attempt PatientPublisher::patiently(Result<ChunkPublisher::Commit> (ChunkPublisher::*step)())
{
    bool asked = false;
    for (const QDeadlineTimer end(patience, Qt::PreciseTimer);;) {
        const Result<ChunkPublisher::Commit> commit = (m_publisher.get()->*step)();
        if (!commit)
            return fail(commit.failure());
        if (*commit == ChunkPublisher::Published)
            return noteDone();
        if (*commit == ChunkPublisher::Locked || *commit == ChunkPublisher::InUse) {
            m_busy = *commit;
            if (end.hasExpired())
                return Busy;
            std::this_thread::sleep_for(glance);
        } else if (std::exchange(asked, true)) {
            tellWaiting(*commit);
            return Waiting;
        } else {
            m_publisher->askForRoom(m_alarm, *commit);
            m_alarm.tellPolling();
        }
    }
}

PatientPublisher::Attempt PatientPublisher::noteDone()
{
    m_toldWaiting = false;
    return Done;
}

void PatientPublisher::tellWaiting(ChunkPublisher::Commit reason)
{
    if (std::exchange(m_toldWaiting, true))
        return;
    if (reason == ChunkPublisher::TooFewConsumers)
        qCInfo(logProducer) << "waiting for lossless consumers, until there are" << m_settings.awaitedConsumers;
    for (const QByteArray &inbox : m_publisher->full())
        qCInfo(logProducer).noquote() << "waiting for room in" << inboxAndOwner(inbox);
}

PatientPublisher::Attempt PatientPublisher::sayEnd()
{
    if (!checkName())
        return Failed;
    if (!m_publisher)
        makePublisher();
    return patiently(&ChunkPublisher::end);
}

PatientPublisher::Attempt PatientPublisher::awaitTaken()
{
    const bool isTold = std::exchange(m_toldWaiting, true);
    for (const QByteArray &inbox : m_publisher->notTaken()) {
        m_alarm.ask(inbox, DirectoryAlarm::SomethingLeaves);
        if (!isTold)
            qCInfo(logProducer).noquote() << "waiting until all is taken from" << inboxAndOwner(inbox);
    }
    return m_publisher->notTaken().isEmpty() ? Done : Waiting;
}

PatientPublisher::Attempt PatientPublisher::failForLock(std::chrono::milliseconds waited)
{
    const bool isInUse = m_busy == ChunkPublisher::InUse;
    return fail(isInUse ? m_publisher->bus().stuck(waited) : m_publisher->lock().stuck(waited));
}

PatientPublisher::Attempt PatientPublisher::failForConsumers(std::chrono::milliseconds waited)
{
    const QByteArrayList full = m_publisher->full();
    const QString whom = full.isEmpty()
        ? PublisherText::tr("too few consumers are subscribed to %1").arg(shownPath(m_path))
        : PublisherText::tr("the consumer of %1 takes nothing").arg(inboxAndOwner(full.constFirst()));
    return fail({Error::ConsumerTimeout,
                 PublisherText::tr("%1, for %2 s now; start it, or wait longer").arg(whom, QString::number(seconds(waited)))});
}

PatientPublisher::Attempt PatientPublisher::fail(const Failure &why)
{
    m_failure = why;
    return Failed;
}

} // namespace FileBus
