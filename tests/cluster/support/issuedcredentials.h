// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QTemporaryDir>

/// The credentials that an operator issues for an account with one user, and the server configuration that accepts them. Created
/// by issue_credentials.py.
class IssuedCredentials
{
public:
    IssuedCredentials();

    bool isValid() const { return m_problem.isEmpty(); }
    QByteArray problem() const { return m_problem; }
    /// user.creds, or stranger.creds of a user that the server does not know.
    QByteArray file(const char *name) const;
    QByteArray configuration() const;

private:
    QTemporaryDir m_directory;
    QByteArray m_problem;
};
