// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <filesystem>

/// To be called by initTestCase_data(): the whole test runs on tmpfs and on the disk that holds the build tree. They differ in
/// what a bus depends on: ext4 gives the number of a freed inode to the next file, tmpfs never gives it again.
inline void addPlaces()
{
    QTest::addColumn<QString>("place");
    QTest::newRow("tmpfs") << QStringLiteral("/dev/shm");
    QTest::newRow("disk") << QDir::currentPath();
}

/// An empty directory in the place of the row; removed with the object, whatever the names in it are: QTemporaryDir leaves what
/// no QString can spell.
class ScratchDirectory
{
public:
    ScratchDirectory()
        : m_directory(place() + QStringLiteral("/filebus-test-XXXXXX"))
    { }
    ~ScratchDirectory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path().toStdString(), ignored);
    }
    Q_DISABLE_COPY_MOVE(ScratchDirectory)

    QByteArray path() const { return QFile::encodeName(m_directory.path()); }
    QByteArray path(const QByteArray &name) const { return path() + '/' + name; }

private:
    static QString place()
    {
        QFETCH_GLOBAL(QString, place);
        return place;
    }

    QTemporaryDir m_directory;
};
