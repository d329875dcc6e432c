// SPDX-License-Identifier: Apache-2.0
#include "losswarning.h"

#include "figures.h"
#include "messages.h"

using namespace std::chrono_literals;

LossWarning::LossWarning(QObject *parent)
    : QObject(parent)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(1s);
    connect(&m_pause, &QTimer::timeout, this, &LossWarning::flush);
}

void LossWarning::chunksLost(quint64 firstSequence, quint64 count)
{
    if (m_unsaid == 0)
        m_first = firstSequence;
    m_unsaid += count;
    m_last = firstSequence + count - 1;
    if (!m_pause.isActive())
        flush();
}

void LossWarning::flush()
{
    if (m_unsaid == 0)
        return;
    const QString chunks = Figures::chunks(m_unsaid);
    if (m_first == 0)
        Messages::print(tr("at least %1 lost").arg(chunks));
    else if (m_unsaid == 1)
        Messages::print(tr("%1 lost, number %2").arg(chunks, QString::number(m_first)));
    else if (m_unsaid == m_last - m_first + 1)
        Messages::print(tr("%1 lost, numbers %2 to %3").arg(chunks, QString::number(m_first), QString::number(m_last)));
    else
        Messages::print(tr("%1 lost between numbers %2 and %3").arg(chunks, QString::number(m_first), QString::number(m_last)));
    m_unsaid = 0;
    m_pause.start();
}
