// SPDX-License-Identifier: Apache-2.0
#include "totalbound.h"

#include "chunkmodel.h"
#include "fairshare.h"

void TotalBound::add(ChunkModel *model)
{
    m_models[model] = 0;
    connect(model, &ChunkModel::countsChanged, this, [this, model] { count(model); });
    connect(model, &QObject::destroyed, this, [this, model] {
        m_memory -= m_models[model];
        m_models.erase(model);
    });
    count(model);
}

void TotalBound::setBound(qint64 bound)
{
    m_bound = bound;
    share(nullptr);
}

void TotalBound::count(ChunkModel *model)
{
    qint64 &counted = m_models[model];
    m_memory += model->memory() - counted;
    counted = model->memory();
    share(model);
}

// Shrinks to a bit less than the bound, so that this is not repeated with each batch.
void TotalBound::share(const ChunkModel *newest)
{
    if (m_memory <= m_bound || m_isSharing)
        return;
    m_isSharing = true;
    QList<qint64> sizes;
    for (const auto &[model, size] : m_models)
        sizes.append(size);
    const qint64 most = fairShare(sizes, m_bound / 16 * 15);
    for (const auto &[model, size] : m_models) {
        if (size > most)
            model->shrinkTo(most, newest && model == newest); // this counts it again
    }
    m_isSharing = false;
}
