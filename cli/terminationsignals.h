// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QObject>

/// Turns SIGINT and SIGTERM, unless they are ignored, into a Qt signal. They interrupt blocking system calls (no SA_RESTART). A
/// second signal of the same kind has its default effect, in case the program does not exit by itself. Only one object may exist.
class TerminationSignals : public QObject
{
    Q_OBJECT
public:
    /// For the lifetime of this object, such a signal ends the process at once: around a wait that knows of no signals, while
    /// there is nothing yet to put in order. So does one that was caught before.
    class EndAtOnce
    {
    public:
        EndAtOnce();
        ~EndAtOnce();
        Q_DISABLE_COPY_MOVE(EndAtOnce)
    };

    explicit TerminationSignals(QObject *parent = nullptr);

    /// The number of the caught signal, or 0. For loops that do not return to the event loop.
    static int caught();
    /// Becomes readable when a signal is caught.
    static int descriptor();

Q_SIGNALS:
    void terminated(int signalNumber);
};
