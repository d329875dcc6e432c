// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

/// Fails the test that is running, if Qt or the library warns of anything.
inline void failOnAnyWarning()
{
    static const QRegularExpression anything(QStringLiteral("."), QRegularExpression::DotMatchesEverythingOption);
    QTest::failOnWarning(anything);
}
