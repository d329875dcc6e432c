// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QObject>

/// Turns SIGINT and SIGTERM, unless they are ignored, into a Qt signal. They interrupt blocking system calls (no SA_RESTART). A
/// second signal of the same kind has its default effect, in case the program does not exit by itself. Only one object may exist.
class TerminationSignals : public QObject
{
    Q_OBJECT
public:
    explicit TerminationSignals(QObject *parent = nullptr);

    /// The number of the caught signal, or 0. For loops that do not return to the event loop.
    static int caught();
    /// Becomes readable when a signal is caught.
    static int descriptor();

Q_SIGNALS:
    void terminated(int signalNumber);
};
