// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

#include <map>
#include <optional>
#include <sys/stat.h>
#include <utility>

namespace FileBus
{

/// Who may do what with a file: its mode, or its POSIX access control list (acl(5)), which the kernel keeps in the extended
/// attribute "system.posix_acl_access" (linux/posix_acl_xattr.h). A mode is a list of three entries. Pure.
class AccessList
{
public:
    /// The name of the attribute.
    static constexpr char attribute[] = "system.posix_acl_access";
    /// The same for what is made in a directory.
    static constexpr char defaultAttribute[] = "system.posix_acl_default";

    /// Of a file without an access control list: the permission bits of @p mode.
    static AccessList ofMode(mode_t mode, gid_t owningGroup);
    /// Of a file with one; nothing if @p bytes are not what the kernel writes.
    static std::optional<AccessList> parse(const QByteArray &bytes, gid_t owningGroup);

    /// What grants only what both @p past and @p present grant, for a file that has the owner and the group of @p past. Nobody
    /// can do more with it than with either, whatever groups that user is in.
    static AccessList common(const AccessList &past, const AccessList &present);

    /// Whether nobody can do more with a file that has this list than with one that has the list @p present.
    bool isWithin(const AccessList &present) const;

    /// For the attribute.
    QByteArray encoded() const;
    /// Whether the mode says it all.
    bool isMode() const { return m_named.empty(); }
    /// The permission bits that a file with this list shows; those of the group are the mask if there is one.
    mode_t mode() const;
    /// The permission bits that grant no more than this list where lists are not supported.
    mode_t narrowestMode() const;

    /// Whether a @p user who does not own the file and is in @p group may read it.
    bool letsRead(uid_t user, gid_t group) const;
    void letRead(uid_t user);

    /// Takes from the owning group what others do not have: the file gets another group.
    void closeToOwningGroup();
    /// Lets nobody write but the owner.
    void closeToOtherWriters();

    friend bool operator==(const AccessList &, const AccessList &) = default;

private:
    enum Kind : quint16 { User = 0x02, Group = 0x08 };
    using Name = std::pair<Kind, quint32>;

    unsigned grantedTo(const Name &name) const;
    unsigned grantedToAnybody() const;
    unsigned mostGrantedTo(const Name &name) const;

    unsigned m_owner = 0;
    unsigned m_owningGroup = 0; ///< what it gets: the mask is applied, as in m_named
    unsigned m_other = 0;
    gid_t m_group = 0; ///< the owning one
    std::map<Name, unsigned> m_named;
};

} // namespace FileBus
