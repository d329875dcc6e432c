// SPDX-License-Identifier: Apache-2.0
#include "descriptors.h"

#include "exitstatus.h"
#include "messages.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace
{

struct DescriptorText {
    Q_DECLARE_TR_FUNCTIONS(Descriptors)
};

} // namespace

void Descriptors::requireFor(const Options &options)
{
    const int needed = findCommand(options.command)->descriptors;
    if (available(needed) < needed)
        endForLack();
}

int Descriptors::available(int most)
{
    std::vector<int> opened;
    int number = 0;
    while (number == 0 && static_cast<int>(opened.size()) < most) {
        const int fd = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
        if (fd >= 0)
            opened.push_back(fd);
        else
            number = errno;
    }
    for (const int fd : opened)
        ::close(fd);
    errno = number;
    return static_cast<int>(opened.size());
}

// Runs no destructors, as there may be no application yet.
void Descriptors::endForLack()
{
    Messages::print(DescriptorText::tr("filebus cannot open as many files as it needs: %1; raise the limit (ulimit -n)")
                        .arg(QString::fromLocal8Bit(std::strerror(errno))));
    ::_exit(ExitStatus::inputOutput);
}
