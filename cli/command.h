// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"

#include <QtCore/QObject>

#include <memory>

/// A command of the program, running in the event loop.
class Command : public QObject
{
    Q_OBJECT
public:
    /// Creates the command that @p options name.
    static std::unique_ptr<Command> create(const Options &options);

    virtual void start() = 0;

    /// Called last, after the event loop. False if a thread hangs in the kernel: then only _exit(2) ends the program.
    virtual bool endThreads() { return true; }

Q_SIGNALS:
    /// The program must exit with this status. May be emitted more than once; the first one counts.
    void finished(int exitStatus);

protected:
    /// Prints the reason and finishes.
    void fail(int exitStatus, const QString &why);
};
