// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/backend.h"

#include <QtCore/QtPlugin>

#include <memory>

namespace FileBus
{

/// The interface of a plugin that provides a backend. It is private to one version of the library: its id contains the version,
/// so that the plugin of another version is not loaded.
class BackendPlugin
{
public:
    virtual ~BackendPlugin() = default;
    virtual std::unique_ptr<Backend> makeBackend() = 0;
};

} // namespace FileBus

#define FILEBUS_BACKEND_IID "org.filebus.Backend/" FILEBUS_VERSION
Q_DECLARE_INTERFACE(FileBus::BackendPlugin, FILEBUS_BACKEND_IID)
