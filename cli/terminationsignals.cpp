// SPDX-License-Identifier: Apache-2.0
#include "terminationsignals.h"

#include "descriptors.h"
#include "exitstatus.h"

#include <QtCore/QSocketNotifier>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace
{

std::atomic<int> caughtSignal = 0;
std::atomic<bool> endsAtOnce = false;
int wakeUpPipe[2] = {-1, -1};

// Only what signal-safety(7) allows.
void handle(int signalNumber)
{
    if (endsAtOnce)
        ::_exit(ExitStatus::signalled + signalNumber);
    const int before = errno;
    caughtSignal = signalNumber;
    [[maybe_unused]] const ssize_t written = ::write(wakeUpPipe[1], "!", 1);
    errno = before;
}

// A signal that was ignored at the start stays ignored: nohup(1) and shells without job control start background processes that
// way, so that a Ctrl+C meant for another program does not end them.
void install(int signalNumber)
{
    struct sigaction action = {};
    if (::sigaction(signalNumber, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
        return;
    action = {};
    action.sa_handler = handle;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(signalNumber, &action, nullptr);
}

} // namespace

static_assert(std::atomic<int>::is_always_lock_free, "needed in a signal handler");

TerminationSignals::EndAtOnce::EndAtOnce()
{
    endsAtOnce = true;
    if (caught() != 0)
        ::_exit(ExitStatus::signalled + caught());
}

TerminationSignals::EndAtOnce::~EndAtOnce()
{
    endsAtOnce = false;
}

TerminationSignals::TerminationSignals(QObject *parent)
    : QObject(parent)
{
    if (wakeUpPipe[0] < 0 && ::pipe2(wakeUpPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        Descriptors::endForLack();
    auto *notifier = new QSocketNotifier(wakeUpPipe[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this, notifier] {
        notifier->setEnabled(false);
        Q_EMIT terminated(caught());
    });
    install(SIGINT);
    install(SIGTERM);
}

int TerminationSignals::descriptor()
{
    return wakeUpPipe[0];
}

int TerminationSignals::caught()
{
    return caughtSignal;
}
