// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QDeadlineTimer>

#include <chrono>
#include <optional>

namespace FileBus
{

/// For how long what fails for the moment is tried again before anybody hears of it.
class GracePeriod
{
public:
    static constexpr std::chrono::seconds usual{10};

    explicit GracePeriod(std::chrono::milliseconds length = usual)
        : m_length(length)
    { }

    /// An attempt has failed. The first one begins the period.
    bool isOver()
    {
        if (!m_end)
            m_end.emplace(m_length);
        return m_end->hasExpired();
    }
    /// An attempt has succeeded.
    void reset() { m_end.reset(); }

private:
    std::chrono::milliseconds m_length;
    std::optional<QDeadlineTimer> m_end;
};

} // namespace FileBus
