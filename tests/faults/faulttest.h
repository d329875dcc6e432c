// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdirectory.h"
#include "program.h"

#include <QtCore/QHash>
#include <QtCore/QProcessEnvironment>

using namespace Qt::StringLiterals;

inline const QByteArrayList input{"chunk 1\n", "chunk 2\n", "chunk 3\n", "chunk 4\n"};
inline const QByteArray before = "before \n";
inline const QByteArray after = "after. \n";
inline const QStringList soon{u"--sleep-interval"_s, u"0.02"_s}; // for the next attempt
inline const QStringList perChunk = soon + QStringList{u"--block-size"_s, u"8"_s};

/// Whether @p text consists of some of @p chunks, in their order.
bool isInOrder(QByteArray text, const QByteArrayList &chunks);

QString inboxOfLog(const BusDirectory &directory);
/// The chunks that the consumer with that name has not taken.
QByteArray waitingFor(const BusDirectory &directory);

/// Each system call on the path of a chunk fails once, with each error that it can have, at each place where it is made. No
/// program crashes, nothing acknowledged is torn or lost, the error is reported, and work continues once its cause is gone. With
/// FILEBUS_TEST_SECONDS=100 or more, every call from each place fails once, not only the first. In a build with a sanitizer,
/// which takes ten times as long, each place meets only one of the errors, in turn.
class FaultTest : public QObject
{
protected:
    static void addFaults();
    static int firstCall();
    static int callStep();
    bool mayBeMade(int number) const;
    static QProcessEnvironment faultyEnvironment(const BusDirectory &directory, int number);
    static bool passesForAReader();
    bool runFaulty(Program &program, const BusDirectory &directory, int number);
    static bool endedAsDocumented(Program &program, const QByteArray &errors);
    void tellHowMany() const { qInfo("%d faults", m_faults); }

private:
    int m_faults = 0;
    QHash<QByteArray, int> m_calls; ///< the number of calls of each kind
};

#define VERIFY_FOR(number, condition)                                                                                            \
    QVERIFY2(condition,                                                                                                          \
             qPrintable(QStringLiteral("call %1: %2; %3")                                                                        \
                            .arg(QString::number(number), QStringLiteral(#condition), QString::fromUtf8(errors))))
