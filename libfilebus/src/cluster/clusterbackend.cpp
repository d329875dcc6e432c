// SPDX-License-Identifier: Apache-2.0
#include "cluster/clusterbackend.h"

#include "base/failure.h"
#include "bus/backend.h"
#include "bus/chunksink.h"
#include "bus/chunksource.h"
#include "bus/clusteraddress.h"
#include "bus/consumesettings.h"
#include "bus/refusedsink.h"
#include "bus/refusedsource.h"
#include "bus/usualtimes.h"
#include "cluster/clusterinspection.h"
#include "cluster/clusterpublisher.h"
#include "cluster/clusterreader.h"
#include "cluster/clustersink.h"
#include "cluster/clustersource.h"

#include <filebus/busaddress.h>
#include <filebus/businspection.h>
#include <filebus/chunk.h>
#include <filebus/error.h>
#include <filebus/format.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>

namespace FileBus
{

namespace
{

struct BackendText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ClusterBackend)
};

Failure notSupported(const QByteArray &address, const QString &what)
{
    return {Error::NotSupported,
            BackendText::tr("%1 does not support %2 in this version; use a file").arg(displayAddress(address), what)};
}

bool namesFile(QByteArrayView option)
{
    return option == "creds" || option == "ca" || option == "cert" || option == "key";
}

// Makes a path such as that in "ca=certs/ca.pem" absolute, so that the file stays the same if the working directory changes.
QByteArray absolute(const QByteArray &option)
{
    const qsizetype equals = option.indexOf('=');
    if (equals < 0 || !namesFile(option.first(equals)) || equals + 1 == option.size())
        return option;
    const QString path = QFile::decodeName(QByteArray::fromPercentEncoding(option.sliced(equals + 1)));
    return QDir::isAbsolutePath(path)
        ? option
        : option.first(equals + 1) + QFile::encodeName(QDir::current().absoluteFilePath(path)).toPercentEncoding("/");
}

} // namespace

QByteArray ClusterBackend::resolved(const QByteArray &address) const
{
    const qsizetype options = address.indexOf('?', address.lastIndexOf('@') + 1);
    if (options < 0)
        return address;
    QByteArrayList list = address.sliced(options + 1).split('&');
    for (QByteArray &option : list)
        option = absolute(option);
    return address.first(options + 1) + list.join('&');
}

std::unique_ptr<ChunkSource> ClusterBackend::makeSource(const QByteArray &address, const ConsumeSettings &settings)
{
    const Result<ClusterAddress> parsed = ClusterAddress::parse(address);
    if (!parsed)
        return std::make_unique<RefusedSource>(parsed.failure());
    if (settings.lossless)
        return std::make_unique<RefusedSource>(notSupported(address, BackendText::tr("lossless consumers")));
    if (settings.format == Format::Raw)
        return std::make_unique<RefusedSource>(notSupported(address, BackendText::tr("the raw format")));
    return std::make_unique<ClusterSource>(ClusterReader::Task{*parsed, displayAddress(address), settings.startPoint,
                                                               settings.sleepInterval.value_or(usualInterval)});
}

std::unique_ptr<ChunkSink> ClusterBackend::makeSink(const QByteArray &address, const ProducerInfo &producer)
{
    const Result<ClusterAddress> parsed = ClusterAddress::parse(address);
    if (!parsed)
        return std::make_unique<RefusedSink>(parsed.failure());
    return std::make_unique<ClusterSink>(ClusterPublisher::Task{*parsed, displayAddress(address), producer, 1});
}

BusInspection ClusterBackend::inspect(const QByteArray &address)
{
    const Result<ClusterAddress> parsed = ClusterAddress::parse(address);
    if (parsed)
        return inspectCluster(*parsed, displayAddress(address));
    BusInspection inspection;
    inspection.error = parsed.failure().error;
    inspection.errorString = parsed.failure().text;
    return inspection;
}

Outcome ClusterBackend::unsubscribe(const QByteArray &address, const QByteArray &)
{
    return notSupported(address, BackendText::tr("subscriptions"));
}

} // namespace FileBus
