// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QTemporaryDir>

/// What an operator issues for an account with one user, and what a server needs to accept it. Made by issue_credentials.py.
class IssuedCredentials
{
public:
    IssuedCredentials();

    bool isValid() const { return m_problem.isEmpty(); }
    QByteArray problem() const { return m_problem; }
    /// user.creds, or stranger.creds of somebody whom the server does not know.
    QByteArray file(const char *name) const;
    QByteArray configuration() const;

private:
    QTemporaryDir m_directory;
    QByteArray m_problem;
};
