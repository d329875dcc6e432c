// SPDX-License-Identifier: Apache-2.0
#include "logging.h"

// Silent unless somebody asks: a library has no business on its program's stderr.
Q_LOGGING_CATEGORY(logAlarm, "filebus.alarm", QtCriticalMsg)
Q_LOGGING_CATEGORY(logProducer, "filebus.producer", QtCriticalMsg)
Q_LOGGING_CATEGORY(logConsumer, "filebus.consumer", QtCriticalMsg)
