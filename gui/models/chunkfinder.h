// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkmodel.h"

/// Looks for the next chunk that is highlighted, in short turns, so that the window goes on meanwhile.
class ChunkFinder : public QObject
{
    Q_OBJECT
public:
    explicit ChunkFinder(ChunkModel *model, QObject *parent = nullptr);

    /// From @p row on, in steps of 1 or −1.
    void find(int row, int step);

Q_SIGNALS:
    void found(int row);
    void notFound();

private:
    void lookOn();

    ChunkModel *m_model;
    quint64 m_id = 0;
    int m_step = 1;
    QTimer m_nextTurn;
};
