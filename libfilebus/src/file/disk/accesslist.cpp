// SPDX-License-Identifier: Apache-2.0
#include "file/disk/accesslist.h"

#include <QtCore/QtEndian>

#include <algorithm>

namespace FileBus
{

namespace
{

// The layout of linux/posix_acl_xattr.h, which C++ cannot include everywhere: little endian, the header has four bytes.
constexpr quint32 version = 2;
constexpr qsizetype headerSize = 4;
constexpr qsizetype entrySize = 8;
constexpr quint32 nobody = 0xffffffff; // the id of an entry that has none
constexpr unsigned all = 07;
constexpr unsigned read = 04;
constexpr unsigned write = 02;

enum Tag : quint16 { OwnerTag = 0x01, UserTag = 0x02, OwningGroupTag = 0x04, GroupTag = 0x08, MaskTag = 0x10, OtherTag = 0x20 };

void append(QByteArray &bytes, quint16 tag, unsigned permissions, quint32 id = nobody)
{
    const qsizetype at = bytes.size();
    bytes.resize(at + entrySize);
    qToLittleEndian(tag, bytes.data() + at);
    qToLittleEndian(static_cast<quint16>(permissions), bytes.data() + at + 2);
    qToLittleEndian(id, bytes.data() + at + 4);
}

} // namespace

AccessList AccessList::ofMode(mode_t mode, gid_t owningGroup)
{
    AccessList list;
    list.m_owner = mode >> 6 & all;
    list.m_owningGroup = mode >> 3 & all;
    list.m_other = mode & all;
    list.m_group = owningGroup;
    return list;
}

std::optional<AccessList> AccessList::parse(const QByteArray &bytes, gid_t owningGroup)
{
    const bool isList = bytes.size() >= headerSize && (bytes.size() - headerSize) % entrySize == 0
        && qFromLittleEndian<quint32>(bytes.constData()) == version;
    if (!isList)
        return std::nullopt;
    AccessList list;
    list.m_group = owningGroup;
    unsigned mask = all;
    for (const char *entry = bytes.constData() + headerSize; entry < bytes.constEnd(); entry += entrySize) {
        const unsigned permissions = qFromLittleEndian<quint16>(entry + 2) & all;
        const auto id = qFromLittleEndian<quint32>(entry + 4);
        switch (qFromLittleEndian<quint16>(entry)) {
        case OwnerTag:
            list.m_owner = permissions;
            break;
        case OwningGroupTag:
            list.m_owningGroup = permissions;
            break;
        case OtherTag:
            list.m_other = permissions;
            break;
        case MaskTag:
            mask = permissions;
            break;
        case UserTag:
            list.m_named[{User, id}] = permissions;
            break;
        case GroupTag:
            list.m_named[{Group, id}] = permissions;
            break;
        default:
            return std::nullopt;
        }
    }
    list.m_owningGroup &= mask;
    for (auto &[name, permissions] : list.m_named)
        permissions &= mask;
    return list;
}

// Whoever is not named can be in any of the groups, or in none.
unsigned AccessList::grantedToAnybody() const
{
    unsigned permissions = m_owningGroup & m_other;
    for (const auto &[name, granted] : m_named)
        permissions &= name.first == Group ? granted : all;
    return permissions;
}

unsigned AccessList::grantedTo(const Name &name) const
{
    const auto named = m_named.find(name);
    const bool isOwning = name == Name(Group, m_group);
    if (named == m_named.end())
        return isOwning ? m_owningGroup : grantedToAnybody();
    return isOwning ? named->second & m_owningGroup : named->second;
}

// A user who is not named can be in the group that grants most; members of a group that is not named in none of those that are.
unsigned AccessList::mostGrantedTo(const Name &name) const
{
    const auto named = m_named.find(name);
    const unsigned granted = named == m_named.end() ? 0 : named->second;
    if (name == Name(Group, m_group))
        return granted | m_owningGroup;
    if (named != m_named.end())
        return granted;
    unsigned permissions = m_other;
    if (name.first == User) {
        permissions |= m_owningGroup;
        for (const auto &[other, theirs] : m_named)
            permissions |= other.first == Group ? theirs : 0;
    }
    return permissions;
}

bool AccessList::isWithin(const AccessList &present) const
{
    const auto isWider = [&](const Name &name) { return (mostGrantedTo(name) & ~present.grantedTo(name)) != 0; };
    const auto anyIsWider = [&](const AccessList &list) {
        return isWider({Group, list.m_group})
            || std::any_of(list.m_named.begin(), list.m_named.end(), [&](const auto &entry) { return isWider(entry.first); });
    };
    return (m_owner & ~present.m_owner) == 0 && (m_other & ~present.m_other) == 0 && !anyIsWider(*this) && !anyIsWider(present);
}

AccessList AccessList::common(const AccessList &past, const AccessList &present)
{
    AccessList list;
    list.m_group = past.m_group;
    list.m_owner = past.m_owner & present.m_owner;
    list.m_other = past.m_other & present.m_other;
    const Name owningGroup(Group, past.m_group);
    list.m_owningGroup = past.grantedTo(owningGroup) & present.grantedTo(owningGroup);
    const auto take = [&](const Name &name) {
        if (name != owningGroup)
            list.m_named[name] = past.grantedTo(name) & present.grantedTo(name);
    };
    for (const auto &entry : past.m_named)
        take(entry.first);
    for (const auto &entry : present.m_named)
        take(entry.first);
    if (present.m_group != past.m_group)
        take(Name(Group, present.m_group));
    return list;
}

mode_t AccessList::mode() const
{
    unsigned groupClass = m_owningGroup;
    for (const auto &[name, permissions] : m_named)
        groupClass |= permissions;
    return m_owner << 6 | groupClass << 3 | m_other;
}

mode_t AccessList::narrowestMode() const
{
    unsigned named = all;
    for (const auto &[name, permissions] : m_named)
        named &= permissions;
    return m_owner << 6 | (m_owningGroup & named) << 3 | (m_other & named);
}

// In the order that acl(5) lays down: by tag, named entries by id.
QByteArray AccessList::encoded() const
{
    QByteArray bytes(headerSize, Qt::Uninitialized);
    qToLittleEndian(version, bytes.data());
    append(bytes, OwnerTag, m_owner);
    for (const auto &[name, permissions] : m_named) {
        if (name.first == User)
            append(bytes, UserTag, permissions, name.second);
    }
    append(bytes, OwningGroupTag, m_owningGroup);
    for (const auto &[name, permissions] : m_named) {
        if (name.first == Group)
            append(bytes, GroupTag, permissions, name.second);
    }
    if (!isMode())
        append(bytes, MaskTag, mode() >> 3 & all);
    append(bytes, OtherTag, m_other);
    return bytes;
}

bool AccessList::letsRead(uid_t user, gid_t group) const
{
    if (const auto named = m_named.find({User, user}); named != m_named.end())
        return named->second & read;
    const bool isNamed = m_named.contains({Group, group});
    if (group == m_group && (m_owningGroup & read))
        return true;
    if (isNamed || group == m_group)
        return isNamed && (m_named.at({Group, group}) & read);
    return m_other & read;
}

void AccessList::letRead(uid_t user)
{
    m_named[{User, user}] |= read;
}

void AccessList::closeToOwningGroup()
{
    m_owningGroup &= m_other;
}

void AccessList::closeToOtherWriters()
{
    m_owningGroup &= ~write;
    m_other &= ~write;
    for (auto &[name, permissions] : m_named)
        permissions &= ~write;
}

} // namespace FileBus
