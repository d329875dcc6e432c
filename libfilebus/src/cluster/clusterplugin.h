// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/backend.h"
#include "bus/backendplugin.h"

#include <QtCore/QObject>

#include <memory>

namespace FileBus
{

/// The plugin in filebus_nats.so, which the library loads.
class ClusterPlugin : public QObject, public BackendPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID FILEBUS_BACKEND_IID)
    Q_INTERFACES(FileBus::BackendPlugin)
public:
    std::unique_ptr<Backend> makeBackend() override;
};

} // namespace FileBus
