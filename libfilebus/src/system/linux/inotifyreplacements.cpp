// SPDX-License-Identifier: Apache-2.0
#include "system/linux/inotifyreplacements.h"

#include "system/linux/inotifyinstance.h"

#include <dirent.h>

namespace FileBus
{

namespace
{

// IN_MOVED_FROM keeps two replacements apart: the kernel merges equal events that follow each other.
constexpr uint32_t renames = IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR;

// A rename is visible before its event is queued. But the kernel holds the lock of the directory until both are done, and whoever
// lists the directory waits for that lock.
void awaitRenameOfOthers(const QByteArray &directory)
{
    DIR *const listing = ::opendir(directory.constData());
    if (!listing)
        return;
    [[maybe_unused]] const dirent *const ignored = ::readdir(listing);
    ::closedir(listing);
}

} // namespace

InotifyReplacements::InotifyReplacements(const QByteArray &path)
    : m_events(openInotify())
    , m_name(path.sliced(path.lastIndexOf('/') + 1))
{
    const QByteArray directory = path.first(path.size() - m_name.size());
    m_areCounted = m_events && ::inotify_add_watch(m_events.get(), directory.constData(), renames) >= 0;
    if (!m_areCounted)
        return;
    awaitRenameOfOthers(directory);
    take(); // what the caller has seen may be among it
}

quint64 InotifyReplacements::take()
{
    quint64 replacements = 0;
    while (readInotify(m_events.get(), [&](const struct inotify_event &event, const char *name) {
        if ((event.mask & IN_MOVED_TO) && m_name == name)
            ++replacements;
        if (event.mask & IN_IGNORED) // the directory is gone
            m_areCounted = false;
    })) { }
    return replacements;
}

} // namespace FileBus
