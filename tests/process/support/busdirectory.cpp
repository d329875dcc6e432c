// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtTest/QTest>

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace
{

// The build lies on a disk; the directory for temporary files often does not.
QString parentOf(BusDirectory::Place place)
{
    return place == BusDirectory::Memory ? u"/dev/shm"_s : QCoreApplication::applicationDirPath();
}

QString describe(const std::filesystem::path &path)
{
    struct stat status = {};
    ::lstat(path.c_str(), &status);
    const auto nanoseconds = [](const timespec &time) { return qint64(time.tv_sec) * 1'000'000'000 + time.tv_nsec; };
    return u"%1 mode %2 of %3:%4 inode %5 size %6 modified %7 changed %8"_s.arg(QFile::decodeName(path.c_str()))
        .arg(status.st_mode, 0, 8)
        .arg(status.st_uid)
        .arg(status.st_gid)
        .arg(status.st_ino)
        .arg(status.st_size)
        .arg(nanoseconds(status.st_mtim))
        .arg(nanoseconds(status.st_ctim));
}

} // namespace

BusDirectory::BusDirectory(Place place)
{
    QByteArray path = QFile::encodeName(parentOf(place) + u"/filebus-test-XXXXXX"_s);
    if (!::mkdtemp(path.data()))
        qFatal("no directory for a test in %s", path.constData());
    m_path = QFile::decodeName(path);
}

// Names need not be UTF-8, so QDir cannot be used.
BusDirectory::~BusDirectory()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path.toStdString(), ignored);
}

bool BusDirectory::shell(const QString &script) const
{
    QProcess process;
    process.setWorkingDirectory(m_path);
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(u"bash"_s, {u"-ec"_s, script});
    return process.waitForFinished() && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
}

void BusDirectory::setMode(mode_t mode) const
{
    if (::chmod(QFile::encodeName(m_path).constData(), mode) != 0)
        qFatal("chmod %s", qPrintable(m_path));
}

void BusDirectory::setOwner(uid_t owner) const
{
    if (::chown(QFile::encodeName(m_path).constData(), owner, static_cast<gid_t>(-1)) != 0)
        qFatal("chown %s", qPrintable(m_path));
}

QStringList BusDirectory::snapshot() const
{
    QStringList lines{describe(m_path.toStdString())};
    for (const auto &entry : std::filesystem::recursive_directory_iterator(m_path.toStdString()))
        lines += describe(entry.path());
    lines.sort();
    return lines;
}

void BusDirectory::addPlaces()
{
    QTest::addColumn<Place>("place");
    QTest::newRow("tmpfs") << Memory;
    QTest::newRow("disk") << Disk;
}

QStringList namesIn(const QString &directory)
{
    return QDir(directory).entryList(QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot);
}

void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(path));
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}
