// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/qtclasshelpermacros.h>

#include <sys/resource.h>
#include <unistd.h>

/// While this object lives, the process cannot open files: EMFILE, a temporary error.
class NoDescriptors
{
public:
    NoDescriptors()
    {
        ::getrlimit(RLIMIT_NOFILE, &m_before);
        const int lowestFree = ::dup(0);
        ::close(lowestFree);
        const rlimit none{static_cast<rlim_t>(lowestFree), m_before.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &m_before); }
    Q_DISABLE_COPY_MOVE(NoDescriptors)

private:
    rlimit m_before;
};
