// SPDX-License-Identifier: Apache-2.0
#include "file/publish/patientpublisher.h"

#include "base/failure.h"
#include "base/logging.h"
#include "file/disk/busname.h"
#include "file/disk/inbox.h"
#include "file/disk/ownerfile.h"
#include "file/publish/obstacle.h"
#include "file/publish/rawpublisher.h"
#include "file/publish/tarpublisher.h"
#include "file/watch/directoryalarm.h"

#include <filebus/error.h>
#include <filebus/format.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QDeadlineTimer>

#include <thread>
#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

struct PublisherText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::PatientPublisher)
};

// The lock is held for microseconds: try again at once, a few times.
constexpr auto patience = 500us;
constexpr auto spinPause = 20us;

std::optional<Owner> ownerOf(const QByteArray &inbox)
{
    const qsizetype slash = inbox.lastIndexOf('/');
    return Inbox(inbox.first(slash), inbox.sliced(slash + 1)).owner();
}

// "X.d/inbox/NAME, of PID 4711 (filebus) on host".
QString inboxAndOwner(const QByteArray &inbox)
{
    const std::optional<Owner> owner = ownerOf(inbox);
    return owner ? PublisherText::tr("%1, of %2").arg(shownPath(inbox), owner->shown()) : shownPath(inbox);
}

QString notTakenText(const QByteArray &inbox, const QString &seconds)
{
    const std::optional<Owner> owner = ownerOf(inbox);
    return owner ? PublisherText::tr("%1 has taken nothing from %2 for %3 s; let it continue, or wait longer")
                       .arg(owner->shown(), shownPath(inbox), seconds)
                 : PublisherText::tr("nothing has been taken from %1 for %2 s; start its consumer, or wait longer")
                       .arg(shownPath(inbox), seconds);
}

bool isDone(const Result<Obstacle> &met)
{
    return met && met->kind == Obstacle::None;
}

double seconds(std::chrono::milliseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

} // namespace

PatientPublisher::PatientPublisher(const QByteArray &path, const ProducerInfo &info, DirectoryAlarm &alarm)
    : m_alarm(alarm)
    , m_path(path)
    , m_info(info)
{ }

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
        m_publisher = std::make_unique<TarPublisher>(m_path, m_info);
    m_publisher->configure(m_settings);
}

Outcome PatientPublisher::open()
{
    if (const Outcome named = checkFileName(m_path); !named)
        return named;
    makePublisher();
    Outcome opened = m_publisher->open();
    while (!opened && opened.failure().error == Error::DiskFull && isDone(patiently(&Publisher::makeRoom)))
        opened = m_publisher->open();
    if (opened)
        refresh();
    return opened;
}

void PatientPublisher::refresh()
{
    if (m_publisher)
        m_publisher->refresh();
}

Outcome PatientPublisher::check(const QByteArray &payload) const
{
    if (const Outcome named = checkFileName(m_path); !named)
        return named;
    if (payload.isEmpty() && m_settings.format == Format::Raw)
        return Failure{Error::EmptyChunk,
                       PublisherText::tr("an empty chunk cannot be published in the raw format; leave it out")};
    if (payload.size() > Chunk::maximumPayloadSize)
        return Failure{Error::ChunkTooLarge,
                       PublisherText::tr("a chunk of %1 bytes cannot be published; the maximum is %2")
                           .arg(QString::number(payload.size()), QString::number(Chunk::maximumPayloadSize))};
    return done();
}

// A full disk may be full of the history.
Result<Obstacle> PatientPublisher::publish(const QByteArray &payload)
{
    if (!m_publisher)
        makePublisher();
    while (true) {
        Result<Obstacle> published = publishOnce(payload);
        if (published || published.failure().error != Error::DiskFull)
            return published;
        const Result<Obstacle> madeRoom = patiently(&Publisher::makeRoom);
        if (!isDone(madeRoom))
            return madeRoom ? madeRoom : published;
    }
}

// Somebody may remove X.d at any time. Then it is made again, once.
Result<Obstacle> PatientPublisher::publishOnce(const QByteArray &payload)
{
    Result<Obstacle> published = stageAndCommit(payload);
    if (published || published.failure().error != Error::DirectoryMissing)
        return published;
    const Outcome opened = m_publisher->hasStaged() ? done() : m_publisher->open();
    return opened ? stageAndCommit(payload) : opened.failure();
}

Result<Obstacle> PatientPublisher::stageAndCommit(const QByteArray &payload)
{
    if (!m_publisher->hasStaged()) {
        if (const Outcome staged = m_publisher->stage(payload); !staged)
            return staged.failure();
    }
    return patiently(&Publisher::commit);
}

// Once the alarm is set, one more attempt is needed: what it rings for may have happened just before.
Result<Obstacle> PatientPublisher::patiently(Step step)
{
    bool isAlarmSet = false;
    for (const QDeadlineTimer end(patience, Qt::PreciseTimer);;) {
        const Result<Obstacle> met = (m_publisher.get()->*step)();
        if (isDone(met))
            m_isWaitLogged = false;
        if (!met || isDone(met))
            return met;
        if (met->isBrief()) {
            if (end.hasExpired())
                return met;
            std::this_thread::sleep_for(spinPause);
        } else if (std::exchange(isAlarmSet, true)) {
            logWaiting(*met);
            return met;
        } else {
            m_publisher->setAlarm(m_alarm, *met);
            m_alarm.tellPolling();
        }
    }
}

void PatientPublisher::logWaiting(const Obstacle &obstacle)
{
    if (std::exchange(m_isWaitLogged, true))
        return;
    if (obstacle.kind == Obstacle::TooFewConsumers)
        qCInfo(logProducer) << "waiting for lossless consumers, until there are" << m_settings.awaitedConsumers;
    const char *const why = obstacle.kind == Obstacle::NotTaken ? "waiting until all is taken from" : "waiting for room in";
    for (const QByteArray &place : obstacle.places)
        qCInfo(logProducer).noquote() << why << inboxAndOwner(place);
}

Result<Obstacle> PatientPublisher::sayEnd()
{
    if (const Outcome named = checkFileName(m_path); !named)
        return named.failure();
    if (!m_publisher)
        makePublisher();
    return patiently(&Publisher::end);
}

Obstacle PatientPublisher::awaitTaken()
{
    const QByteArrayList places = m_publisher->notTaken();
    for (const QByteArray &place : places)
        m_alarm.ask(place, DirectoryAlarm::SomethingLeaves);
    logWaiting({Obstacle::NotTaken, places});
    const QByteArrayList left = m_publisher->notTaken(); // something may have left just before the alarm was set
    return left.isEmpty() ? Obstacle() : Obstacle{Obstacle::NotTaken, left};
}

Failure PatientPublisher::stuck(const Obstacle &obstacle, std::chrono::milliseconds waited) const
{
    if (obstacle.kind == Obstacle::Locked)
        return m_publisher->lock().stuck(waited);
    if (obstacle.kind == Obstacle::InUse)
        return m_publisher->bus().stuck(waited);
    const QString time = QString::number(seconds(waited));
    return {Error::ConsumerTimeout,
            obstacle.places.isEmpty()
                ? PublisherText::tr("too few consumers have subscribed to %1 within %2 s; start another, or wait longer")
                      .arg(shownPath(m_path), time)
                : notTakenText(obstacle.places.constFirst(), time)};
}

} // namespace FileBus
