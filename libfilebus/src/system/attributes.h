// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>

#include <cerrno>
#include <optional>

namespace FileBus
{

/// A file by its descriptor or, if that is negative, by its path. Symbolic links are not followed.
struct FileReference {
    int fd = -1;
    const char *path = nullptr;
};

/// The errno value for an attribute that a file does not have.
#ifdef ENODATA
inline constexpr int noSuchAttribute = ENODATA;
#else
inline constexpr int noSuchAttribute = ENOATTR;
#endif

/// The extended attributes of files, and with them their access control lists. What fails sets errno, to EOPNOTSUPP where there
/// are no attributes.
class Attributes
{
public:
    virtual ~Attributes() = default;

    /// Empty where there are no attributes; nothing if that fails.
    virtual std::optional<QByteArrayList> names(FileReference file) const = 0;
    virtual std::optional<QByteArray> value(FileReference file, const char *name) const = 0;
    virtual bool set(FileReference file, const char *name, const QByteArray &value) const = 0;
    virtual bool remove(FileReference file, const char *name) const = 0;
};

} // namespace FileBus
