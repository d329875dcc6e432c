// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/error.h>

/// The exit statuses, modelled on sysexits.h; filebus(1), EXIT STATUS, explains each.
namespace ExitStatus
{
inline constexpr int success = 0;
inline constexpr int usage = 2;             ///< as in argparse, which the original uses
inline constexpr int dataLost = 65;         ///< EX_DATAERR
inline constexpr int notABus = 66;          ///< EX_NOINPUT
inline constexpr int unavailable = 69;      ///< EX_UNAVAILABLE
inline constexpr int inputOutput = 74;      ///< EX_IOERR
inline constexpr int temporaryFailure = 75; ///< EX_TEMPFAIL
inline constexpr int noPermission = 77;     ///< EX_NOPERM
inline constexpr int signalled = 128;       ///< plus the number of the signal

inline int of(FileBus::Error error)
{
    switch (error) {
    case FileBus::Error::NoError:
        return success;
    case FileBus::Error::InvalidName:
    case FileBus::Error::NotSupported:
        return usage;
    case FileBus::Error::NotARegularFile:
    case FileBus::Error::DirectoryMissing:
    case FileBus::Error::NoSubscription:
    case FileBus::Error::SubscriptionGone:
    case FileBus::Error::NotABus:
        return notABus;
    case FileBus::Error::PermissionDenied:
        return noPermission;
    case FileBus::Error::PeerClosed:
    case FileBus::Error::Unreachable:
        return unavailable;
    case FileBus::Error::LockTimeout:
    case FileBus::Error::ConsumerTimeout:
    case FileBus::Error::NameInUse:
        return temporaryFailure;
    default:
        return inputOutput;
    }
}
} // namespace ExitStatus
