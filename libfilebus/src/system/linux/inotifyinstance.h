// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/uniquefd.h"

#include <sys/inotify.h>
#include <unistd.h>

namespace FileBus
{

/// An instance of inotify(7) that never blocks; without a descriptor, and with errno, where there are no more.
inline UniqueFd openInotify()
{
    return UniqueFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
}

/// Reads events that are queued, perhaps not all, and calls @p each with every event and the name it concerns, which is empty if
/// it has none. False if nothing was queued.
template<typename Function>
bool readInotify(int fd, Function each)
{
    alignas(struct inotify_event) char buffer[4096];
    const ssize_t size = ::read(fd, buffer, sizeof buffer);
    for (ssize_t offset = 0; offset < size;) {
        const auto *event = reinterpret_cast<const struct inotify_event *>(buffer + offset);
        each(*event, event->len > 0 ? event->name : "");
        offset += static_cast<ssize_t>(sizeof *event + event->len);
    }
    return size > 0;
}

} // namespace FileBus
