// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "files.h"
#include "looks.h"
#include "scratchdirectory.h"

#include <filebus/stream.h>

#include <QtCore/QRandomGenerator>
#include <QtTest/QSignalSpy>

#include <algorithm>

/// Shared by the tests of a stream: a path in its own directory, and the two ends.
class StreamTest : public QObject
{
protected:
    using Stream = FileBus::Stream;

    /// Creates everything again. To be called by init().
    void prepare()
    {
        m_left.reset();
        m_right.reset();
        m_scratch = std::make_unique<ScratchDirectory>();
        m_directory = m_scratch->path("directory");
        m_path = m_directory + "/stream";
        m_name = QFile::decodeName(m_path);
        QVERIFY(Files::makeDirectory(m_directory));
        m_left = std::make_unique<Stream>(m_name);
        m_right = std::make_unique<Stream>(m_name);
    }

    /// The left one becomes end a.
    void connectBoth()
    {
        QVERIFY(m_left->open());
        QTRY_VERIFY(Files::exists(m_path + ".b.d/inbox/a"));
        QVERIFY(m_right->open());
        QTRY_COMPARE(m_left->state(), Stream::ConnectedState);
        QTRY_COMPARE(m_right->state(), Stream::ConnectedState);
    }

    /// Waits until both ends have looked at the bus several times without being woken by an event, and done whatever they do
    /// then.
    bool bothLook() const
    {
        const Looks left(*m_left), right(*m_right);
        return left.happen() && right.happen();
    }

    /// How many chunks of the left end the right one has not acknowledged: those that wait for it, and those that it holds.
    qsizetype unacknowledged() const { return waiting() + held(); }
    qsizetype waiting() const { return chunksIn(m_path + ".a.d/inbox/b"); }
    qsizetype held() const { return chunksIn(m_path + ".a.d/inbox/b/held"); }

    static qsizetype chunksIn(const QByteArray &directory)
    {
        const QByteArrayList names = Files::names(directory);
        return std::count_if(names.begin(), names.end(), [](const QByteArray &name) { return name.size() == 20; });
    }

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_directory;
    QByteArray m_path;
    QString m_name;
    std::unique_ptr<Stream> m_left;
    std::unique_ptr<Stream> m_right;
};

/// Waits until all of @p expected has arrived, and checks that nothing else has.
#define TRY_READ(stream, expected)                                                                                               \
    do {                                                                                                                         \
        QTRY_COMPARE((stream)->bytesAvailable(), QByteArrayView(expected).size());                                               \
        QCOMPARE((stream)->readAll(), expected);                                                                                 \
    } while (false)

/// Bytes that do not repeat; the same for the same seed.
inline QByteArray randomBytes(qsizetype size, quint32 seed = 1)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator(seed).generate(bytes.begin(), bytes.end());
    return bytes;
}

/// A line of that size.
inline QByteArray messageOf(qsizetype size)
{
    QByteArray message = randomBytes(size - 1);
    message.replace('\n', 'n');
    return message + '\n';
}

/// Appends everything that arrives to @p all.
inline void collect(FileBus::Stream *stream, QByteArray *all)
{
    QObject::connect(stream, &QIODevice::readyRead, stream, [stream, all] { *all += stream->readAll(); });
}
