// SPDX-License-Identifier: Apache-2.0
#include "processtext.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

class TestProcessText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aProcessIsNamedAsFarAsItIsKnown();
};

void TestProcessText::aProcessIsNamedAsFarAsItIsKnown()
{
    QCOMPARE(ProcessText::process(u"filebus"_s, 4711, u"host"_s), u"filebus, PID 4711 on host"_s);
    QCOMPARE(ProcessText::process(u"filebus"_s, 0, u"host"_s), u"filebus, PID unknown on host"_s);
    QCOMPARE(ProcessText::process({}, 0, {}), u"owner unknown"_s);
    QCOMPARE(ProcessText::program(u"file\x1b"
                                  u"bus"_s,
                                  4711),
             u"file\\x1Bbus"_s);
}

QTEST_GUILESS_MAIN(TestProcessText)
#include "tst_processtext.moc"
