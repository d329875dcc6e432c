// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkwriter.h"

#include <KTar>

/// Passes data on, but does not close the device below: KTar closes its device at the end, which a QSaveFile does not survive.
class UnclosedDevice : public QIODevice
{
public:
    explicit UnclosedDevice(QIODevice *device)
        : m_device(device)
    { }

    bool isSequential() const override { return true; }

protected:
    qint64 readData(char *, qint64) override { return -1; }
    qint64 writeData(const char *data, qint64 size) override
    {
        return ChunkWriter::writeAll(m_device, QByteArrayView(data, size)) ? size : -1;
    }

private:
    QIODevice *m_device;
};

/// A tar archive with one file per payload: STREAM/SEQUENCE, or unnumbered/N for chunks of the original filebus.
class TarWriter : public ChunkWriter
{
public:
    explicit TarWriter(QIODevice *device);

    bool begin() override;
    bool write(const ChunkEntry &entry) override;
    bool end() override;

private:
    UnclosedDevice m_device;
    KTar m_tar;
    quint64 m_unnumbered = 0;
};
