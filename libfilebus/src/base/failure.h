// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/displaytext.h>
#include <filebus/error.h>
#include <filebus/export.h>

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>
#include <utility>
#include <variant>

namespace FileBus
{

/// Why something could not be done: a kind for programs, a sentence for people.
struct FILEBUS_EXPORT Failure {
    Error error = Error::NoError;
    QString text;
    /// The next attempt may succeed (EINTR, EIO, ESTALE, a lack of descriptors or memory …); the error says nothing about the
    /// file.
    bool isTransient = false;

    /// "WHAT: REASON; REMEDY". @p what is a whole clause, such as "cannot open /tmp/x"; reason and remedy are those of the errno
    /// value @p number for @p path.
    static Failure fromErrno(int number, const QString &what, const QByteArray &path);
    /// Whether a failure with the errno value @p number is transient.
    static bool isTransientErrno(int number);
    /// For a flock(2) of @p path that failed with @p number: Error::NoLocks if the file system does not support it.
    static Failure fromLock(int number, const QByteArray &path);
};

/// A value, or why there is none.
template<typename T>
class [[nodiscard]] Result
{
public:
    Result(T value)
        : m_content(std::in_place_index<0>, std::move(value))
    { }
    Result(Failure failure)
        : m_content(std::in_place_index<1>, std::move(failure))
    { }

    explicit operator bool() const { return m_content.index() == 0; }
    T &operator*() { return std::get<0>(m_content); }
    const T &operator*() const { return std::get<0>(m_content); }
    T *operator->() { return &std::get<0>(m_content); }
    const T *operator->() const { return &std::get<0>(m_content); }
    const Failure &failure() const { return std::get<1>(m_content); }
    /// For who can do without.
    T valueOr(const T &other) const { return *this ? **this : other; }

private:
    std::variant<T, Failure> m_content;
};

/// For what succeeds without a value.
using Outcome = Result<std::monostate>;
inline Outcome done()
{
    return std::monostate{};
}

/// A file name as people should see it: displayText(), and long enough for any path.
FILEBUS_EXPORT QString shownPath(const QByteArray &path);

} // namespace FileBus
