// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QObject>

#include <map>

class ChunkModel;

/// Keeps what all open buses hold within one bound. What is over it goes, oldest first: the bus that holds most gives first, and
/// who holds less than its share gives nothing. The newest row of all always stays.
class TotalBound : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Counts a model, until it is destroyed.
    void add(ChunkModel *model);
    /// In bytes of memory.
    void setBound(qint64 bound);
    /// What all of them take now.
    qint64 memory() const { return m_memory; }

private:
    void count(ChunkModel *model);
    void share(const ChunkModel *newest);

    std::map<ChunkModel *, qint64> m_models; ///< what each took when it was counted
    qint64 m_memory = 0;
    qint64 m_bound = 0;
    bool m_isSharing = false;
};
