// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QObject>
#include <QtCore/QTimer>

/// Reports lost chunks on stderr: the first ones at once, later ones at most once a second.
class LossWarning : public QObject
{
    Q_OBJECT
public:
    explicit LossWarning(QObject *parent = nullptr);

    void chunksLost(quint64 firstSequence, quint64 count);
    /// Reports what has not been reported yet.
    void flush();

private:
    QTimer m_pause;
    quint64 m_unsaid = 0;
    quint64 m_first = 0; ///< of the unreported ones
    quint64 m_last = 0;
};
