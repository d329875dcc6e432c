// SPDX-License-Identifier: Apache-2.0
#include "qtpath.h"

#include <QtCore/QFile>

#include <fcntl.h>

namespace FileBus
{

QtPath::QtPath(const QByteArray &directory)
    : m_name(QFile::decodeName(directory))
{
    if (QFile::encodeName(m_name) == directory)
        return;
    m_fd = UniqueFd(::open(directory.constData(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    m_name = QStringLiteral("/proc/self/fd/%1").arg(m_fd.get());
}

} // namespace FileBus
