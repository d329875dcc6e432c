// SPDX-License-Identifier: Apache-2.0
#include "cluster/publishwindow.h"

#include "cluster/publishanswer.h"

#include <algorithm>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr auto usualPatience = 300ms;
constexpr auto usualPatienceOfQuestion = 250ms; // without a leader, nobody answers: ask often
constexpr auto longestPatience = 30s;
constexpr auto longestPatienceOfQuestion = 1s;
constexpr qint64 slowestRate = 1024; // bytes per ms that the connection transfers, unless it proves to be slower
constexpr int mostDoublings = 6;

} // namespace

PublishWindow::PublishWindow(quint64 firstNumber)
    : m_number(firstNumber)
    , m_isInDoubt(firstNumber > 1)
{ }

std::chrono::milliseconds PublishWindow::patience(qint64 size) const
{
    const std::chrono::milliseconds once = usualPatience + std::chrono::milliseconds(size / slowestRate);
    return std::min<std::chrono::milliseconds>(once * (1 << std::min(m_failures, mostDoublings)), longestPatience);
}

std::chrono::milliseconds PublishWindow::patienceOfQuestion() const
{
    return std::min<std::chrono::milliseconds>(usualPatienceOfQuestion * (1 << std::min(m_failures, mostDoublings)),
                                               longestPatienceOfQuestion);
}

bool PublishWindow::answered(const PublishAnswer &answer)
{
    if (answer.isStored())
        return stored(answer.sequence);
    m_isInDoubt = true;
    return false;
}

void PublishWindow::unanswered()
{
    m_isInDoubt = true;
    ++m_failures;
}

bool PublishWindow::found(quint64 number, quint64 sequence)
{
    m_isInDoubt = false;
    if (number == m_number)
        return stored(sequence);
    m_expected = sequence;
    return false;
}

bool PublishWindow::stored(quint64 sequence)
{
    m_expected = sequence;
    m_lastSequence = sequence;
    m_isInDoubt = false;
    m_failures = 0;
    ++m_number;
    return true;
}

} // namespace FileBus
