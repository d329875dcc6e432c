// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"

#include <QtCore/QObject>

#include <memory>

/// One command of the program, while it runs in the event loop.
class Command : public QObject
{
    Q_OBJECT
public:
    /// The command that @p options name.
    static std::unique_ptr<Command> create(const Options &options);

    virtual void start() = 0;

    /// Comes last, after the event loop. False if something of it hangs in the kernel: then only _exit(2) ends the program.
    virtual bool endThreads() { return true; }

Q_SIGNALS:
    /// The program shall end with this status. May come more than once; the first counts.
    void finished(int exitStatus);

protected:
    /// Says why, and ends.
    void fail(int exitStatus, const QString &why);
};
