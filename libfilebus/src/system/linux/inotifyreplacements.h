// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/uniquefd.h"
#include "system/replacements.h"

#include <QtCore/QByteArray>

namespace FileBus
{

/// Counts the renames that inotify(7) reports. Nothing is counted where that is exhausted, or cannot watch the directory.
class InotifyReplacements final : public Replacements
{
public:
    explicit InotifyReplacements(const QByteArray &path);

    bool areCounted() const override { return m_areCounted; }
    quint64 take() override;

private:
    UniqueFd m_events;
    QByteArray m_name;
    bool m_areCounted = false;
};

} // namespace FileBus
