// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/busstatistics.h>
#include <filebus/consumer.h>

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <chrono>
#include <functional>

/// A line of progress on stderr every second: redrawn in place on a terminal, otherwise one line after the other.
class ProgressLine : public QObject
{
    Q_OBJECT
public:
    explicit ProgressLine(QObject *parent = nullptr);
    /// Leaves the final state on a line of its own.
    ~ProgressLine() override;

    /// Makes the line show losses; @p knowledge returns how exact their number is.
    void setLossKnowledge(std::function<FileBus::LossKnowledge()> knowledge);

    void start();
    void chunk(const FileBus::Chunk &chunk);
    void lost(quint64 count);

private:
    QString text() const;
    QString lossText(const FileBus::BusStatistics::Figures &figures) const;
    void draw(bool last);

    FileBus::BusStatistics m_statistics;
    std::function<FileBus::LossKnowledge()> m_lossKnowledge;
    QTimer m_timer;
    std::chrono::steady_clock::time_point m_start;
    bool m_onTerminal;
    bool m_coloured;
};
