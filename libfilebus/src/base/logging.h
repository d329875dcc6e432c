// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QLoggingCategory>

Q_DECLARE_LOGGING_CATEGORY(logAlarm)
Q_DECLARE_LOGGING_CATEGORY(logProducer)
Q_DECLARE_LOGGING_CATEGORY(logConsumer)
Q_DECLARE_LOGGING_CATEGORY(logStream)
