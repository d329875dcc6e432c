// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QObject>

#include <map>

class ChunkModel;

/// Keeps the memory of all open buses within one bound. Beyond it, the oldest rows are dropped. The bus that holds most drops
/// first, and a bus that holds less than its share drops nothing. The newest row of all always stays.
class TotalBound : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Counts @p model until it is destroyed.
    void add(ChunkModel *model);
    /// @p bound: in bytes of memory.
    void setBound(qint64 bound);
    /// How much memory all of them take now.
    qint64 memory() const { return m_memory; }

private:
    void count(ChunkModel *model);
    void share(const ChunkModel *newest);

    std::map<ChunkModel *, qint64> m_models; ///< how much each took when it was counted
    qint64 m_memory = 0;
    qint64 m_bound = 0;
    bool m_isSharing = false;
};
