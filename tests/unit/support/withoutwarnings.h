// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

/// Fails the running test if Qt or the library prints a warning.
inline void failOnAnyWarning()
{
    static const QRegularExpression anything(QStringLiteral("."), QRegularExpression::DotMatchesEverythingOption);
    QTest::failOnWarning(anything);
}
