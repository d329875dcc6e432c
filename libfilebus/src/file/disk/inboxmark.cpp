// SPDX-License-Identifier: Apache-2.0
#include "file/disk/inboxmark.h"

#include "base/fullwrite.h"

#include <QtCore/QByteArrayList>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace FileBus
{

namespace
{
constexpr size_t longestContent = 64; // a UUID, a space, 20 digits, a line feed
constexpr qsizetype sequenceDigits = 20;
} // namespace

InboxMark::InboxMark(const QByteArray &inbox)
    : m_path(inbox + "/mark")
{ }

std::optional<InboxMark::Position> InboxMark::read(Freshness freshness) const
{
    lookUp(m_path, freshness);
    const UniqueFd fd(::open(m_path.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    char content[longestContent];
    const ssize_t size = fd ? ::pread(fd.get(), content, sizeof content, 0) : -1;
    const auto words = QByteArray(content, std::max<ssize_t>(size, 0)).simplified().split(' ');
    const Position position{QUuid::fromString(words.first()), words.last().toULongLong()};
    const bool isWhole = words.size() == 2 && position.streamId.isNull() == (position.sequence == 0);
    return isWhole ? std::optional<Position>(position) : std::nullopt;
}

void InboxMark::make(const AccessRules &rules, const std::optional<Position> &position)
{
    m_rules = rules;
    ::unlink(m_path.constData()); // which may be another user's, who had that name before
    m_fd = UniqueFd(rules.createShared(m_path.constData()));
    struct stat status;
    if (!m_fd || ::fstat(m_fd.get(), &status) != 0)
        return;
    ::fchmod(m_fd.get(), (status.st_mode & 0777) | S_ISVTX);
    if (position)
        write(*position);
}

bool InboxMark::isReplaced() const
{
    struct stat status;
    return m_fd && ::fstat(m_fd.get(), &status) == 0 && status.st_nlink == 0;
}

// Always as long, so that it replaces what was there.
void InboxMark::write(const Position &position)
{
    if (isReplaced())
        make(AccessRules(*m_rules), {});
    if (m_fd)
        writeAt(m_fd.get(),
                position.streamId.toByteArray(QUuid::WithoutBraces) + ' '
                    + QByteArray::number(position.sequence).rightJustified(sequenceDigits, '0') + '\n',
                0);
}

} // namespace FileBus
