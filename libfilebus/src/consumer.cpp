// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>

#include "busfollower.h"
#include "busmonitor.h"
#include "directoryalarm.h"
#include "subscription.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QFile>
#include <QtCore/QPointer>
#include <QtCore/QTimer>

#include <algorithm>
#include <thread>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr auto longestTurn = 10ms; // then the event loop gets its turn, however fast chunks come
constexpr auto lockRetry = 1ms;    // producers hold the lock for microseconds
constexpr auto lockPatience = 10s;

} // namespace

class ConsumerPrivate
{
public:
    explicit ConsumerPrivate(Consumer *consumer);

    void startLossy();
    void startLossless();
    void subscribe();
    void reportStuckLock();
    void failForLock(const BusLock &lock);
    void look();
    void lookSoon();
    bool takeStep();
    bool takeLossyStep();
    bool takeLosslessStep();
    bool ask();
    void stop();
    bool isRunning() const { return monitor || subscription; }
    void fail(const Failure &failure);
    void deliver(const Chunk &chunk);
    void reportLoss(const Loss &loss);
    void setReasonForPolling(const QString &reason);

    Consumer *q;
    QByteArray nativeFileName;
    bool fileMonitoring = true;
    std::chrono::milliseconds sleepInterval = 100ms;
    StartPoint startPoint;
    std::unique_ptr<BusMonitor> monitor;
    BusFollower follower;
    bool lossless = false;
    QByteArray subscriptionName;
    std::unique_ptr<Subscription> subscription;
    DirectoryAlarm alarm;
    QDeadlineTimer lockDeadline; ///< then it is said that it is taken
    bool asked = false;          ///< the alarm, and nothing came since
    QString reasonForPolling;
    bool looking = false;
    quint64 received = 0;
    quint64 lost = 0;
};

ConsumerPrivate::ConsumerPrivate(Consumer *consumer)
    : q(consumer)
{
    QObject::connect(&alarm, &DirectoryAlarm::rang, q, [this] {
        asked = false;
        look();
    });
}

void ConsumerPrivate::startLossy()
{
    follower = BusFollower(nativeFileName, startPoint);
    monitor = std::make_unique<BusMonitor>(follower.bus().directory());
    monitor->setFileMonitoring(fileMonitoring);
    monitor->setInterval(sleepInterval);
    QObject::connect(monitor.get(), &BusMonitor::lookAgain, q, [this] { look(); });
    QObject::connect(monitor.get(), &BusMonitor::reasonForPollingChanged, q,
                     [this](const QString &reason) { setReasonForPolling(reason); });
    monitor->start();
    lookSoon();
}

void ConsumerPrivate::startLossless()
{
    subscription = std::make_unique<Subscription>(BusFile(nativeFileName), subscriptionName);
    alarm.setFileMonitoring(fileMonitoring);
    alarm.setInterval(sleepInterval);
    asked = false;
    lockDeadline.setRemainingTime(lockPatience);
    subscribe();
}

// Tried until the lock is free, and the directory there.
void ConsumerPrivate::subscribe()
{
    if (!subscription || subscription->isOpen())
        return;
    const Result<bool> opened = subscription->open();
    if (opened && *opened) {
        alarm.start();
        lookSoon();
        Q_EMIT q->subscribed();
    } else if (opened) {
        QTimer::singleShot(lockRetry, q, [this] { subscribe(); });
        reportStuckLock();
    } else if (opened.failure().error == Error::DirectoryMissing) {
        QTimer::singleShot(sleepInterval, q, [this] { subscribe(); });
        setReasonForPolling(Consumer::tr("the directory does not exist"));
    } else {
        stop();
        fail(opened.failure());
    }
}

void ConsumerPrivate::reportStuckLock()
{
    if (!lockDeadline.hasExpired())
        return;
    lockDeadline.setRemainingTime(lockPatience);
    failForLock(subscription->lock());
}

void ConsumerPrivate::failForLock(const BusLock &lock)
{
    fail({Error::LockTimeout,
          Consumer::tr("%1 holds %2, and has not let go for %3 s; end that process, or let it go on")
              .arg(lock.holder(), shownPath(BusFile(nativeFileName).lockPath()))
              .arg(lockPatience.count())});
}

// One event may stand for many chunks: look until there is nothing new. Whoever receives a chunk may stop or delete the consumer.
void ConsumerPrivate::look()
{
    if (looking || !isRunning())
        return;
    const QPointer<Consumer> alive(q);
    const QDeadlineTimer end(longestTurn, Qt::PreciseTimer);
    looking = true;
    bool more = true;
    while (more && !end.hasExpired()) {
        more = takeStep();
        if (!alive)
            return;
        more = more && isRunning();
    }
    looking = false;
    if (more)
        lookSoon();
}

void ConsumerPrivate::lookSoon()
{
    QMetaObject::invokeMethod(q, [this] { look(); }, Qt::QueuedConnection);
}

// Emits at most one signal, last of all, because the consumer may be gone after it. False if there was nothing new.
bool ConsumerPrivate::takeStep()
{
    if (!subscription)
        return takeLossyStep();
    return subscription->isOpen() && takeLosslessStep();
}

bool ConsumerPrivate::takeLossyStep()
{
    const BusFollower::Step step = follower.next();
    if (const auto *chunk = std::get_if<Chunk>(&step))
        deliver(*chunk);
    else if (const auto *loss = std::get_if<Loss>(&step))
        reportLoss(*loss);
    else if (const auto *failure = std::get_if<Failure>(&step))
        fail(*failure);
    return std::holds_alternative<Chunk>(step) || std::holds_alternative<Loss>(step);
}

// What was dealt with is acknowledged by the next step: only then is it sure that nobody deleted or stopped us.
bool ConsumerPrivate::takeLosslessStep()
{
    const QPointer<Consumer> alive(q);
    const Subscription::Step step = subscription->next(asked ? Subscription::Search : Subscription::Glance);
    if (std::holds_alternative<std::monostate>(step))
        return ask();
    asked = false;
    if (const auto *chunk = std::get_if<Chunk>(&step))
        deliver(*chunk);
    else if (const auto *loss = std::get_if<Loss>(&step))
        reportLoss(*loss);
    else if (const auto *failure = std::get_if<Failure>(&step))
        fail(*failure);
    else
        Q_EMIT q->ended();
    if (!alive || !subscription)
        return false;
    if (std::holds_alternative<Chunk>(step))
        subscription->acknowledge(); // once more than needed, if a slot did so: then nothing is left to acknowledge
    else if (std::holds_alternative<Subscription::End>(step))
        subscription->acknowledgeEnd();
    return true;
}

// True the first time: whoever asks must look once more, as something may have come just before.
bool ConsumerPrivate::ask()
{
    if (std::exchange(asked, true))
        return false;
    alarm.ask(subscription->inbox().path(), DirectoryAlarm::SomethingComes);
    setReasonForPolling(alarm.reasonForPolling());
    return true;
}

void ConsumerPrivate::deliver(const Chunk &chunk)
{
    ++received;
    Q_EMIT q->chunkReceived(chunk);
}

void ConsumerPrivate::reportLoss(const Loss &loss)
{
    lost += loss.count;
    Q_EMIT q->chunksLost(loss.firstSequence, loss.count);
}

void ConsumerPrivate::fail(const Failure &failure)
{
    if (subscription && failure.error == Error::SubscriptionGone)
        stop();
    Q_EMIT q->errorOccurred(failure.error, failure.text);
}

void ConsumerPrivate::setReasonForPolling(const QString &reason)
{
    if (std::exchange(reasonForPolling, reason) != reason)
        Q_EMIT q->reasonForPollingChanged(reason);
}

// The monitor may be the one that is calling us.
void ConsumerPrivate::stop()
{
    alarm.stop();
    subscription.reset();
    if (!monitor)
        return;
    monitor->stop();
    monitor.release()->deleteLater();
}

Consumer::Consumer(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<ConsumerPrivate>(this))
{ }

Consumer::Consumer(const QString &fileName, QObject *parent)
    : Consumer(parent)
{
    setFileName(fileName);
}

Consumer::~Consumer()
{
    d->stop();
}

QString Consumer::fileName() const
{
    return shownPath(d->nativeFileName);
}

void Consumer::setFileName(const QString &fileName)
{
    setNativeFileName(QFile::encodeName(fileName));
}

void Consumer::setNativeFileName(const QByteArray &fileName)
{
    d->nativeFileName = BusFile(fileName).path();
}

bool Consumer::isFileMonitoring() const
{
    return d->fileMonitoring;
}

void Consumer::setFileMonitoring(bool enabled)
{
    d->fileMonitoring = enabled;
}

std::chrono::milliseconds Consumer::sleepInterval() const
{
    return d->sleepInterval;
}

void Consumer::setSleepInterval(std::chrono::milliseconds interval)
{
    d->sleepInterval = std::max(interval, 1ms);
}

bool Consumer::isLossless() const
{
    return d->lossless;
}

void Consumer::setLossless(bool lossless)
{
    d->lossless = lossless;
}

QString Consumer::subscription() const
{
    return QFile::decodeName(d->subscriptionName);
}

void Consumer::setSubscription(const QString &name)
{
    d->subscriptionName = QFile::encodeName(name);
}

void Consumer::acknowledge()
{
    if (d->subscription)
        d->subscription->acknowledge();
}

bool Consumer::unsubscribe()
{
    Subscription subscription(BusFile(d->nativeFileName), d->subscriptionName);
    for (const QDeadlineTimer end(lockPatience);;) {
        const Result<bool> removed = subscription.removeUnowned();
        if (removed && *removed)
            return true;
        if (!removed)
            d->fail(removed.failure());
        else if (end.hasExpired())
            d->failForLock(subscription.lock());
        else {
            std::this_thread::sleep_for(lockRetry);
            continue;
        }
        return false;
    }
}

void Consumer::setStart(Start start)
{
    switch (start) {
    case Start::Last:
        d->startPoint = {StartPoint::Last};
        break;
    case Start::New:
        d->startPoint = {StartPoint::New};
        break;
    case Start::All:
        d->startPoint = {StartPoint::All};
        break;
    }
}

void Consumer::setStartSequence(quint64 sequence)
{
    d->startPoint = {StartPoint::AtSequence, std::max<quint64>(sequence, 1)};
}

void Consumer::start()
{
    d->stop();
    d->received = d->lost = 0;
    if (d->lossless)
        d->startLossless();
    else
        d->startLossy();
}

void Consumer::stop()
{
    d->stop();
}

bool Consumer::isRunning() const
{
    return d->isRunning();
}

bool Consumer::waitForChunk(std::chrono::milliseconds timeout)
{
    QEventLoop loop;
    bool received = false;
    const auto connection = connect(this, &Consumer::chunkReceived, &loop, [&] {
        received = true;
        loop.quit();
    });
    QTimer deadline;
    deadline.setSingleShot(true);
    connect(&deadline, &QTimer::timeout, &loop, &QEventLoop::quit);
    if (timeout >= 0ms)
        deadline.start(timeout);
    if (!isRunning())
        start();
    loop.exec();
    disconnect(connection);
    return received;
}

quint64 Consumer::receivedChunks() const
{
    return d->received;
}

quint64 Consumer::lostChunks() const
{
    return d->lost;
}

QString Consumer::reasonForPolling() const
{
    return d->isRunning() ? d->reasonForPolling : QString();
}

LossKnowledge Consumer::lossKnowledge() const
{
    return d->follower.lossKnowledge();
}

} // namespace FileBus
