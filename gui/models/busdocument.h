// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "activityhistory.h"
#include "chunkmodel.h"
#include "producermodel.h"
#include "subscribermodel.h"

/// Everything known about one open bus. It receives batches, and widgets show it.
class BusDocument : public QObject
{
    Q_OBJECT
public:
    BusDocument(quint64 id, const QByteArray &path, QObject *parent = nullptr);

    quint64 id() const { return m_id; }
    QByteArray path() const { return m_path; }
    QString displayPath() const; ///< safe to show
    QString name() const;        ///< the file name, safe to show

    void apply(const BusBatch &batch);
    /// @p since: when the bus last responded, in ns since 1970; 0 if it responds again.
    void setSilentSince(qint64 since);

    ChunkModel *chunks() { return &m_chunks; }
    ProducerModel *producers() { return &m_producers; }
    SubscriberModel *subscribers() { return &m_subscribers; }
    const ActivityHistory &activity() const { return m_activity; }
    const BusReport &report() const { return m_report; }

Q_SIGNALS:
    void reportChanged();
    void stateChanged();

private:
    /// Notifies everything that shows the bus; @p former is the state it shows now.
    void showState(BusState former);

    quint64 m_id;
    QByteArray m_path;
    ChunkModel m_chunks;
    ProducerModel m_producers;
    SubscriberModel m_subscribers;
    ActivityHistory m_activity;
    BusReport m_report;
    BusState m_lastState; ///< when the bus last responded
    qint64 m_silentSince = 0;
};
