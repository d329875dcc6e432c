// SPDX-License-Identifier: Apache-2.0
#include "api/backends.h"

#include "api/missingbackend.h"
#include "base/failure.h"
#include "bus/backend.h"
#include "bus/backendplugin.h"
#include "bus/clusteraddress.h"
#include "file/filebackend.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QPluginLoader>
#include <QtCore/QStringList>

#include <dlfcn.h>

namespace FileBus
{

using namespace Qt::StringLiterals;

namespace
{

struct BackendText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Backend)
};

// Beside this library, wherever it is installed or built, and wherever Qt looks for plugins (QT_PLUGIN_PATH).
QStringList pluginDirectories()
{
    QStringList directories;
    Dl_info library{};
    if (::dladdr(reinterpret_cast<const void *>(&backendFor), &library) != 0 && library.dli_fname)
        directories.append(QFileInfo(QFile::decodeName(library.dli_fname)).absolutePath() + u"/qt6/plugins"_s);
    return directories + QCoreApplication::libraryPaths();
}

QString pluginPath()
{
    for (const QString &directory : pluginDirectories()) {
        const QString path = directory + u"/filebus/filebus_nats.so"_s;
        if (QFile::exists(path))
            return path;
    }
    return {};
}

std::unique_ptr<Backend> missing(const QString &reason)
{
    return std::make_unique<MissingBackend>(Failure{Error::NotSupported, reason});
}

std::unique_ptr<Backend> loadClusterBackend()
{
    const QString path = pluginPath();
    if (path.isEmpty())
        return missing(BackendText::tr("nats:// and tls:// addresses need the plugin filebus_nats; install the package "
                                       "libfilebus-nats"));
    QPluginLoader loader(path);
    if (auto *plugin = qobject_cast<BackendPlugin *>(loader.instance()))
        return plugin->makeBackend();
    return missing(
        BackendText::tr("the plugin of this version for nats:// and tls:// addresses cannot be loaded: %1; install the "
                        "package libfilebus-nats of the same version")
            .arg(loader.errorString()));
}

} // namespace

Backend &backendFor(QByteArrayView address)
{
    static FileBackend files;
    if (!ClusterAddress::isOne(address))
        return files;
    static const std::unique_ptr<Backend> cluster = loadClusterBackend();
    return *cluster;
}

} // namespace FileBus
