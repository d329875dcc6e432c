// SPDX-License-Identifier: Apache-2.0
#include "cluster/clustersource.h"

#include "base/waiting.h"
#include "bus/step.h"
#include "cluster/chunkmessage.h"
#include "cluster/incomingchunks.h"

#include <filebus/error.h>

#include <utility>
#include <variant>

namespace FileBus
{

ClusterSource::ClusterSource(const ClusterReader::Task &task)
    : m_task(task)
    , m_chunks(std::make_shared<IncomingChunks>())
{ }

ClusterSource::~ClusterSource()
{
    stop();
}

void ClusterSource::start()
{
    m_chunks->setWake([this] { QMetaObject::invokeMethod(this, &ClusterSource::lookAgain, Qt::QueuedConnection); });
    ClusterReader::start(m_task, m_chunks);
}

void ClusterSource::stop()
{
    m_chunks->stop();
}

Step ClusterSource::next()
{
    if (m_afterLoss)
        return *std::exchange(m_afterLoss, std::nullopt);
    while (const std::optional<IncomingChunks::News> news = m_chunks->take()) {
        Step next = std::visit([this](const auto &what) { return step(what); }, *news);
        if (!std::holds_alternative<std::monostate>(next))
            return next;
    }
    return {};
}

Step ClusterSource::step(const ReadBeginning &beginning)
{
    m_account.expect(beginning.streamId, beginning.next);
    m_newestAtBeginning = beginning.newest;
    return {};
}

Step ClusterSource::step(const ReceivedChunk &received)
{
    const ChunkAccount::Entry entry = m_account.note(received);
    m_isFromHistory = received.sequence < m_newestAtBeginning;
    if (!entry.loss)
        return entry.isNew ? Step(received.chunk) : Step();
    if (entry.isNew)
        m_afterLoss = received.chunk;
    return *entry.loss;
}

// How many of the chunks before the bus was put back were missed is unknown.
Step ClusterSource::step(const Failure &why)
{
    if (why.error == Error::PutBack)
        m_lossKnowledge = LossKnowledge::AtLeast;
    return why;
}

Awaited ClusterSource::wait(Clock::time_point end, const QList<int> &interrupts)
{
    const Awaited awaited = waitForDescriptors(m_chunks->descriptor(), interrupts, end - Clock::now());
    m_chunks->noteWoken();
    return awaited;
}

} // namespace FileBus
