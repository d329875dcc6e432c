// SPDX-License-Identifier: Apache-2.0
#include "measured.h"

#include "file/disk/busfile.h"
#include "file/disk/buslock.h"
#include "file/disk/chunkfile.h"
#include "file/disk/freshness.h"
#include "file/disk/spool.h"
#include "format/chunkformat.h"
#include "format/chunkframe.h"

#include <QtCore/QFile>

#include <fcntl.h>
#include <unistd.h>

using namespace FileBus;

namespace
{

constexpr int rounds = 4000;

void print(const char *what, qsizetype size, double microseconds)
{
    std::printf("%-20s %8lld %10.2f\n", what, static_cast<long long>(size), microseconds);
}

Chunk makeChunk(qsizetype size)
{
    Chunk chunk(QByteArray(size, 'x'));
    chunk.setStreamId(QUuid::createUuid());
    chunk.setSequence(4711);
    chunk.setTime(1'700'000'000'123'456'789);
    chunk.setProducer({QUuid::createUuid(), 4711, QStringLiteral("host"), QStringLiteral("program")});
    return chunk;
}

// The steps that need no file.
void measureFormat(qsizetype size)
{
    const Chunk chunk = makeChunk(size);
    const QByteArray bytes = ChunkFormat::encode(chunk);
    FileBus::ChunkFrame frame;
    print("format: frame", size, medianMicroseconds(rounds, [&] { frame.describe(chunk); }));
    print("format: decode", size,
          medianMicroseconds(rounds, [&] { [[maybe_unused]] const auto decoded = ChunkFormat::decode(bytes); }));
}

void measureRead(const QByteArray &path, qsizetype size)
{
    QFile file(QFile::decodeName(path));
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.write(ChunkFormat::encode(makeChunk(size)));
    file.close();
    const Freshness freshness = freshnessIn(path.first(path.lastIndexOf('/')));
    print("read", size, medianMicroseconds(rounds, [&] { [[maybe_unused]] const auto chunk = readChunkFile(path, freshness); }));
}

void measureLock(const BusFile &bus)
{
    const Result<AccessRules> rules = bus.accessRules();
    if (!rules)
        return;
    BusLock lock(bus.lockPath());
    print("lock and unlock", 0, medianMicroseconds(rounds, [&] { [[maybe_unused]] const auto held = lock.tryLock(*rules); }));
}

// Adds a link to a history of 64 and removes the oldest one.
void measureSpool(const QByteArray &directory)
{
    Spool spool(directory);
    quint64 sequence = 0;
    print("spool: add and trim", 0, medianMicroseconds(rounds, [&] {
              const QByteArray staged = directory + "/staged";
              ::close(::open(staged.constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
              [[maybe_unused]] const auto added = spool.add(++sequence, staged);
              ::unlink(staged.constData());
              spool.trim(sequence, {64, 1 << 24});
          }));
}

} // namespace

// bench_parts DIRECTORY…: the cost of each step on the path of a chunk.
int main(int argc, char **argv)
{
    std::printf("%-20s %8s %10s\n", "part", "bytes", "us");
    for (const qsizetype size : {64, 4096, 65536})
        measureFormat(size);
    for (int i = 1; i < argc; ++i) {
        std::printf("in %s\n", argv[i]);
        const MeasuredBus measured(argv[i]);
        const BusFile bus(QFile::encodeName(measured.path()));
        for (const qsizetype size : {64, 4096, 65536})
            measureRead(bus.directory() + "/read", size);
        measureLock(bus);
        measureSpool(bus.directory());
    }
}
