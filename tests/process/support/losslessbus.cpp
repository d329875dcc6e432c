// SPDX-License-Identifier: Apache-2.0
#include "losslessbus.h"

#include "busdirectory.h"
#include "processfigures.h"

#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>

#include <csignal>

using namespace Qt::StringLiterals;

QStringList losslessProducerOf(const QString &bus, const QStringList &options)
{
    return producerOf(bus, QStringList{u"--lossless"_s} + options);
}

QStringList losslessConsumerOf(const QString &bus, const QStringList &options)
{
    return consumerOf(bus, QStringList{u"--lossless"_s} + options);
}

QByteArray numberedLines(int count, int first)
{
    QByteArray lines;
    for (int number = first; number < first + count; ++number)
        lines += QByteArray::number(number).rightJustified(15, '.') + '\n';
    return lines;
}

QStringList inboxes(const QString &bus)
{
    QStringList found;
    for (const QString &name : namesIn(bus + u".d/inbox"_s)) {
        if (QFileInfo(bus + u".d/inbox/"_s + name).isDir())
            found += name;
    }
    return found;
}

qsizetype waitingIn(const QString &bus, const QString &name)
{
    const QString inbox = bus + u".d/inbox/"_s + name;
    return QFileInfo(inbox).isDir() ? namesIn(inbox).filter(QRegularExpression(u"^[0-9]{20}$"_s)).size() : -1;
}

void suspend(Program &program)
{
    program.send(SIGSTOP);
    EVENTUALLY(ProcessFigures::isStopped(program.processId()));
}
