// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <filesystem>

/// To be called by initTestCase_data(): runs the whole test on tmpfs and on the disk that holds the build tree. They differ in a
/// property that matters to a bus: ext4 gives the inode number of a deleted file to the next one, tmpfs never reuses it.
inline void addPlaces()
{
    QTest::addColumn<QString>("place");
    QTest::newRow("tmpfs") << QStringLiteral("/dev/shm");
    QTest::newRow("disk") << QDir::currentPath();
}

/// An empty directory in the place of the row. Removed with the object, even if it holds names that no QString can represent,
/// which QTemporaryDir would leave.
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
