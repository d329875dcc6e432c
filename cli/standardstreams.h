// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <chrono>

/// Standard input and output as file descriptors, because a shell can pass more kinds of files than QFile expects.
namespace StandardStreams
{
/// Opens /dev/null on each closed descriptor, as the next file that is opened would otherwise get its number, be it one of Qt's
/// or a bus. Must come first in main(). inputProblem() and outputProblem() report such descriptors.
void occupyClosed();

/// Why standard input cannot be read, or standard output cannot be written, as a sentence; empty if it can.
QString inputProblem();
QString outputProblem();

/// Writes all of @p bytes to @p fd, however long that takes. Returns false and sets errno on failure: EINTR if a signal ends the
/// program.
bool writeAll(int fd, const QByteArray &bytes);

/// Whether @p fd is a pipe or socket, which has a reader, and whether that reader is gone.
bool hasReader(int fd);
bool readerIsGone(int fd);

/// Whether data or the end of file can be read from @p fd within @p patience.
bool isReadable(int fd, std::chrono::nanoseconds patience = {});
/// Makes room for a chunk of the usual size in @p fd if it is a pipe, as far as fcntl(2), F_SETPIPE_SZ, allows. Both sides then
/// wake up less often.
void widenPipe(int fd);
/// The default block size of a producer: about what it reads while it gathers.
inline constexpr qsizetype usualChunkSize = qsizetype(512) * 1024;
/// Waits for @p time, or until a signal arrives.
void pause(std::chrono::nanoseconds time);
} // namespace StandardStreams
