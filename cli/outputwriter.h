// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayView>
#include <QtCore/QObject>
#include <QtCore/QSocketNotifier>

/// Writes to a descriptor as much as it takes without waiting, so that whoever reads it cannot stop anything else. The descriptor
/// is not made nonblocking: others may share it.
class OutputWriter : public QObject
{
    Q_OBJECT
public:
    explicit OutputWriter(int fd, QObject *parent = nullptr);

    /// How many bytes were written; 0 if none has room now, and then hasRoom() will be emitted; −1 and errno if it fails.
    qint64 write(QByteArrayView bytes);

Q_SIGNALS:
    void hasRoom();

private:
    int m_fd;
    bool m_isFile;
    QSocketNotifier m_notifier;
};
