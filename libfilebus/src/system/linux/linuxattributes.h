// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "system/attributes.h"

namespace FileBus
{

/// See xattr(7). The access control lists are those of "system.posix_acl_access" and "system.posix_acl_default".
class LinuxAttributes : public Attributes
{
public:
    std::optional<QByteArrayList> names(FileReference file) const override;
    std::optional<QByteArray> value(FileReference file, const char *name) const override;
    bool set(FileReference file, const char *name, const QByteArray &value) const override;
    bool remove(FileReference file, const char *name) const override;
};

} // namespace FileBus
