// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/export.h>

#include <QtCore/QLoggingCategory>

Q_DECLARE_LOGGING_CATEGORY(logAlarm)
Q_DECLARE_EXPORTED_LOGGING_CATEGORY(logProducer, FILEBUS_EXPORT)
Q_DECLARE_EXPORTED_LOGGING_CATEGORY(logConsumer, FILEBUS_EXPORT)
Q_DECLARE_LOGGING_CATEGORY(logStream)
