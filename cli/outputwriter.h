// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayView>
#include <QtCore/QObject>
#include <QtCore/QSocketNotifier>

/// Writes to a descriptor as much as it takes without blocking, so that a slow reader holds up nothing else. The descriptor is
/// not made nonblocking, because other processes may share it.
class OutputWriter : public QObject
{
    Q_OBJECT
public:
    explicit OutputWriter(int fd, QObject *parent = nullptr);

    /// Returns the number of bytes written, or −1 and errno. If not all of them had room, hasRoom() follows.
    qint64 write(QByteArrayView bytes);

Q_SIGNALS:
    void hasRoom();

private:
    int m_fd;
    bool m_isFile;
    QSocketNotifier m_notifier;
};
