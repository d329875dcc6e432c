// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdirectory.h"
#include "losslessbus.h"
#include "mountnamespace.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <memory>

using namespace Qt::StringLiterals;

/// Shared by the tests of a FUSE mount whose kernel caches names, attributes, and the absence of names for longer than a test
/// waits. One program works above the mount, in "far", the other one beneath it, in "near".
class CachingMountTest : public QObject
{
protected:
    /// To be called by initTestCase().
    static void requireFuse()
    {
        if (!enterMountNamespace() || !QFile::exists(u"/dev/fuse"_s))
            QSKIP("there is no FUSE here, or we are not root");
    }
    /// To be called by cleanup().
    void unmount()
    {
        if (m_directory)
            m_directory->shell(u"umount -l far 2>/dev/null || true"_s);
        m_directory.reset();
    }

    static void addSides()
    {
        QTest::addColumn<bool>("isFar");
        QTest::addColumn<QString>("cache");
        QTest::newRow("above") << true << everything;
        QTest::newRow("beneath") << false << everything;
    }
    static void addSidesAndCaches()
    {
        addSides();
        const QStringList caches{
            u"attr_timeout=300,entry_timeout=0,negative_timeout=0"_s, u"attr_timeout=0,entry_timeout=300,negative_timeout=0"_s,
            u"attr_timeout=0,entry_timeout=0,negative_timeout=300"_s, u"attr_timeout=1,entry_timeout=1,negative_timeout=0"_s};
        for (const QString &cache : caches) {
            QTest::addRow("above, %s", qPrintable(cache)) << true << cache;
            QTest::addRow("beneath, %s", qPrintable(cache)) << false << cache;
        }
    }

    /// Mounts what the row says.
    bool prepare()
    {
        QFETCH(const bool, isFar);
        QFETCH(const QString, cache);
        m_isFar = isFar;
        m_directory = std::make_unique<BusDirectory>();
        return m_directory->shell(u"mkdir near far && bindfs -o %1 near far"_s.arg(cache));
    }

    QString bus(const QString &side) const { return m_directory->file(side + u"/bus"_s); }
    QString onOneSide() const { return bus(m_isFar ? u"far"_s : u"near"_s); }
    QString onTheOther() const { return bus(m_isFar ? u"near"_s : u"far"_s); }

    /// Makes the kernel cache a name above the mount, or its absence, as any lookup by a program there may do.
    void remember(const QString &name) const { m_directory->shell(u"stat far/%1 >/dev/null 2>&1 || true"_s.arg(name)); }

    static QStringList streamOf(const QString &bus, const QStringList &options = {})
    {
        return QStringList{u"--filename"_s, bus, u"stream"_s} + options;
    }

    static inline const QString everything = u"attr_timeout=300,entry_timeout=300,negative_timeout=300"_s;
    static inline const QStringList perLine{u"--block-size"_s, u"16"_s};

    std::unique_ptr<BusDirectory> m_directory;
    bool m_isFar = false; ///< the consumer, or whatever the test calls the one side
};
