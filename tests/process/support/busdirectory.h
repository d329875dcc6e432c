// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QMetaType>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <sys/types.h>

/// A directory for the bus of one test, removed with everything in it.
class BusDirectory
{
public:
    enum Place { Memory, Disk };

    explicit BusDirectory(Place place = Memory);
    ~BusDirectory();
    Q_DISABLE_COPY_MOVE(BusDirectory)

    QString path() const { return m_path; }
    QString file(const QString &name) const { return m_path + u'/' + name; }
    QString bus() const { return file(QStringLiteral("bus")); }

    /// Runs a shell in the directory. False if the script fails.
    bool shell(const QString &script) const;

    void setMode(mode_t mode) const;
    void setOwner(uid_t owner) const;

    /// Everything that a program could change here, one line per file: equal only if nothing was touched.
    QStringList snapshot() const;

    /// Two rows for a column "place" of BusDirectory::Place.
    static void addPlaces();

private:
    QString m_path;
};

/// The names in a directory; none if there is no such directory.
QStringList namesIn(const QString &directory);

void writeFile(const QString &path, const QByteArray &content);

/// The content of the file; empty if it cannot be read.
QByteArray contentOf(const QString &path);
