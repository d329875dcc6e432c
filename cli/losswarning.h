// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QObject>
#include <QtCore/QTimer>

/// Says on stderr that chunks were lost: the first time at once, after that at most once a second.
class LossWarning : public QObject
{
    Q_OBJECT
public:
    explicit LossWarning(QObject *parent = nullptr);

    void chunksLost(quint64 firstSequence, quint64 count);
    /// Says what has not been said yet.
    void flush();

private:
    QTimer m_pause;
    quint64 m_unsaid = 0;
    quint64 m_first = 0; ///< of the unsaid
    quint64 m_last = 0;
};
