// SPDX-License-Identifier: Apache-2.0
#include "unsubscribecommand.h"

#include "exitstatus.h"

#include <QtCore/QFile>

UnsubscribeCommand::UnsubscribeCommand(const Options &options)
{
    m_consumer.setNativeFileName(options.fileName);
    m_consumer.setSubscription(QFile::decodeName(options.name));
    connect(&m_consumer, &FileBus::Consumer::errorOccurred, this,
            [this](FileBus::Error error, const QString &message) { fail(ExitStatus::of(error), message); });
}

void UnsubscribeCommand::start()
{
    if (m_consumer.unsubscribe())
        Q_EMIT finished(ExitStatus::success);
}
