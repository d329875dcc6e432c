// SPDX-License-Identifier: Apache-2.0
#include "chunkfinder.h"

#include <QtCore/QDeadlineTimer>

using namespace std::chrono_literals;

namespace
{

constexpr auto longestTurn = 8ms;

} // namespace

ChunkFinder::ChunkFinder(ChunkModel *model, QObject *parent)
    : QObject(parent)
    , m_model(model)
{
    m_nextTurn.setSingleShot(true);
    connect(&m_nextTurn, &QTimer::timeout, this, &ChunkFinder::lookOn);
}

void ChunkFinder::find(int row, int step)
{
    m_nextTurn.stop();
    if (row < 0 || row >= m_model->rowCount())
        return Q_EMIT notFound();
    m_id = m_model->idAt(row);
    m_step = step;
    lookOn();
}

// Keeps the id, because rows move when older ones are dropped between two steps.
void ChunkFinder::lookOn()
{
    const QDeadlineTimer end(longestTurn, Qt::PreciseTimer);
    for (int row = m_model->rowFrom(m_id); row >= 0 && row < m_model->rowCount(); row += m_step) {
        if (m_model->isHighlighted(row))
            return Q_EMIT found(row);
        if (end.hasExpired()) {
            m_id = m_model->idAt(row);
            return m_nextTurn.start(0ms);
        }
    }
    Q_EMIT notFound();
}
