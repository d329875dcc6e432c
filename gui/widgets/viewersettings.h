// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkstore.h"
#include "theme.h"
#include "viewchoices.h"

#include <QtCore/QSettings>

/// What is remembered between sessions.
class ViewerSettings
{
public:
    ViewChoices choices() const;
    void setChoices(const ViewChoices &choices);

    CaptureBounds bounds() const;
    void setBounds(const CaptureBounds &bounds);
    Theme::Scheme scheme() const;
    void setScheme(Theme::Scheme scheme);

    /// Paths as raw bytes: of the tabs, and of buses opened before, newest first.
    QByteArrayList tabs() const;
    int currentTab() const;
    void setTabs(const QByteArrayList &paths, int current);
    QByteArrayList recent() const;
    void addRecent(const QByteArray &path);

    QByteArray geometry() const;
    QByteArray windowState() const;
    void setWindow(const QByteArray &geometry, const QByteArray &state);

private:
    QByteArrayList paths(const QString &key) const;
    void setPaths(const QString &key, const QByteArrayList &paths);

    QSettings m_settings;
};
