// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <chrono>

/// Standard input and output, as file descriptors: what a shell can hand over is more than what a QFile expects.
namespace StandardStreams
{
/// First thing in main(): a closed descriptor would be given to the next file that is opened, be it Qt's own or a bus.
/// From then on it is /dev/null, and inputProblem() and outputProblem() tell.
void occupyClosed();

/// Why standard input cannot be read, or standard output not be written, for people; empty if it can.
QString inputProblem();
QString outputProblem();

/// Writes all of @p bytes to @p fd, however long that takes. False and errno if it fails; EINTR when the program was told to end.
bool writeAll(int fd, const QByteArray &bytes);

/// Whether @p fd is a pipe or socket, and so has a reader; and whether that is gone.
bool hasReader(int fd);
bool readerIsGone(int fd);

/// Whether something, or the end, can be read from @p fd without waiting, or comes within @p patience.
bool isReadable(int fd, std::chrono::nanoseconds patience = {});
/// Gives @p fd, if it is a pipe, room for a chunk of the usual size, as far as fcntl(2), F_SETPIPE_SZ, allows: then both sides
/// take turns less often.
void widenPipe(int fd);
/// What a producer publishes at once, at most, unless told otherwise: what it gets while it gathers.
inline constexpr qsizetype usualChunkSize = 512 * 1024;
/// Waits for @p time; a signal ends it.
void pause(std::chrono::nanoseconds time);
} // namespace StandardStreams
