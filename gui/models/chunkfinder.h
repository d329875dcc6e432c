// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkmodel.h"

/// Searches for the next highlighted chunk in short steps, so that the window stays responsive.
class ChunkFinder : public QObject
{
    Q_OBJECT
public:
    explicit ChunkFinder(ChunkModel *model, QObject *parent = nullptr);

    /// Starts at @p row and continues in steps of 1 or −1.
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
