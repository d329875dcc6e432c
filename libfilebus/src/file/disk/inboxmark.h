// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/uniquefd.h"
#include "file/disk/accessrules.h"
#include "file/disk/freshness.h"

#include <QtCore/QByteArray>
#include <QtCore/QUuid>

#include <optional>

namespace FileBus
{

/// X.d/inbox/NAME/mark: how far the consumer of a named subscription has got. The file has the sticky bit, so programs that clean
/// directories by age skip it (tmpfiles.d(5)). The subscription thus survives them, and the chunks that do not survive can be
/// counted as lost, even if the consumer was killed. Only the owner of the subscription uses it.
class InboxMark
{
public:
    struct Position {
        QUuid streamId;   ///< null: there was no stream yet when the subscription began
        quint64 sequence; ///< what follows is for the subscriber
    };

    /// @p inbox: its directory.
    explicit InboxMark(const QByteArray &inbox);

    /// What the last consumer left; nothing if it left nothing that can be read.
    std::optional<Position> read(Freshness freshness) const;
    /// Makes the file, empty unless there is a @p position. Best effort: without it, losses are not noticed.
    void make(const AccessRules &rules, const std::optional<Position> &position);
    /// Writes into the file that was made, or into a new one where that was replaced, as by a backup. Costs two system calls.
    void write(const Position &position);

private:
    bool isReplaced() const;

    QByteArray m_path;
    UniqueFd m_fd;
    std::optional<AccessRules> m_rules;
};

} // namespace FileBus
