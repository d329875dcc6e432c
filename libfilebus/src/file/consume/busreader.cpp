// SPDX-License-Identifier: Apache-2.0
#include "file/consume/busreader.h"

#include "base/clock.h"
#include "base/failure.h"
#include "file/disk/chunkfile.h"
#include "file/disk/freshness.h"

#include <QtCore/QCoreApplication>

#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{
constexpr auto coarsestClock = 2s; // that files get their times from, as FAT has it

// A process that watches many buses must not keep a payload of each; a number tells two chunks apart as well.
Chunk withoutNeedlessPayload(Chunk chunk)
{
    if (chunk.isNumbered())
        chunk.setPayload({});
    return chunk;
}

bool isSameChunk(const Chunk &left, const Chunk &right)
{
    return left.streamId() == right.streamId() && left.sequence() == right.sequence() && left.payload() == right.payload();
}
} // namespace

BusReader::BusReader(const QByteArray &path, std::optional<Format> format)
    : m_bus(path)
    , m_format(format)
{ }

Result<std::optional<Chunk>> BusReader::look()
{
    if (std::exchange(m_expectsNew, false) || m_freshness == Freshness::AskAnew)
        return readChanged();
    const auto status = m_bus.status();
    if (!status)
        return failOnce(status.failure());
    const bool unchanged = *status && m_pinned && m_pinned->identity() == FileIdentity::of(**status);
    if (!*status || unchanged)
        return std::optional<Chunk>();
    return readChanged();
}

BusReader::Looked BusReader::readChanged()
{
    Result<std::optional<PinnedFile>> opened = PinnedFile::open(m_bus.path(), m_freshness);
    if (!opened) {
        const auto status = m_bus.status(); // says it better, if it is no regular file
        if (status && *status && m_pinned && m_pinned->identity() == FileIdentity::of(**status))
            return std::optional<Chunk>(); // was read when that was still allowed
        return failOnce(status ? opened.failure() : status.failure());
    }
    if (!*opened || isSame((*opened)->identity()))
        return std::optional<Chunk>();
    const bool rewritten = m_pinned && m_pinned->identity().isSameFile((*opened)->identity());
    const std::optional<Chunk> before = rewritten ? m_last : std::nullopt;
    m_last.reset(); // so that its memory serves for the next one
    Result<QByteArray> bytes = (*opened)->read(m_bus.path());
    if (!bytes && bytes.failure().isTransient) {
        m_last = before;
        return bytes.failure();
    }
    if (!m_pinned || m_pinned->identity() != (*opened)->identity())
        m_settled = std::chrono::steady_clock::now() + coarsestClock;
    m_pinned = std::move(*opened);
    Looked looked = bytes ? decode(std::move(*bytes)) : failOnce(bytes.failure());
    if (!looked || !*looked)
        return looked;
    if (!m_reported.isEmpty())
        m_reported.clear();
    m_last = withoutNeedlessPayload(**looked);
    // touch(1), or the same bytes written again: not a new chunk.
    if (before && isSameChunk(*before, *m_last))
        return std::optional<Chunk>();
    return looked;
}

// Some remote file systems give all files of a path the same inode number, and whole seconds for a time: then a chunk of the same
// size has the same identity as one that came within the same second.
bool BusReader::isSame(const FileIdentity &identity) const
{
    if (!m_pinned || m_pinned->identity() != identity)
        return false;
    const bool isCoarse = m_freshness == Freshness::AskAnew && identity.modified % nanosecondsPerSecond == 0;
    return !isCoarse || m_settled < std::chrono::steady_clock::now();
}

BusReader::Looked BusReader::decode(QByteArray bytes)
{
    if (bytes.isEmpty()) // what the original makes before the first chunk, and what a power cut can leave
        return std::optional<Chunk>();
    Result<Chunk> chunk = decodeFile(std::move(bytes), m_pinned->identity(), m_format);
    if (chunk)
        return std::optional<Chunk>(std::move(*chunk));
    return failOnce({chunk.failure().error,
                     QCoreApplication::translate("FileBus::BusReader", "%1 holds no chunk: %2; waiting for the next one")
                         .arg(shownPath(m_bus.path()), chunk.failure().text)});
}

std::optional<FileIdentity> BusReader::file() const
{
    return m_pinned ? std::optional(m_pinned->identity()) : std::nullopt;
}

BusReader::Looked BusReader::failOnce(const Failure &failure)
{
    if (!failure.isTransient && std::exchange(m_reported, failure.text) == failure.text)
        return std::optional<Chunk>();
    return failure;
}

} // namespace FileBus
