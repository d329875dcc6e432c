// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QObject>

/// Turns SIGINT and SIGTERM, unless they are ignored, into a Qt signal. A system call that waits is interrupted (no SA_RESTART).
/// The second one of a kind has its default effect, should the program not come round to end itself. One object at a time.
class TerminationSignals : public QObject
{
    Q_OBJECT
public:
    explicit TerminationSignals(QObject *parent = nullptr);

    /// The number of the signal that was caught; 0 if none was. For loops that do not return to the event loop.
    static int caught();
    /// Becomes readable then.
    static int descriptor();

Q_SIGNALS:
    void terminated(int signalNumber);
};
