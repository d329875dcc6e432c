// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "uniquefd.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace FileBus
{

/// A name under which Qt's classes find a directory, also if its path is not valid UTF-8 and so no QString can spell it:
/// then the directory is held open, and the name leads through /proc/self/fd.
class QtPath
{
public:
    QtPath() = default;
    explicit QtPath(const QByteArray &directory);

    const QString &name() const { return m_name; }

private:
    UniqueFd m_fd;
    QString m_name;
};

} // namespace FileBus
