// SPDX-License-Identifier: Apache-2.0
#include "base/logging.h"

// Silent unless somebody asks, as a library has no business on its program's stderr; but for warnings, each of which is about a
// mistake of the program itself.
Q_LOGGING_CATEGORY(logAlarm, "filebus.alarm", QtWarningMsg)
Q_LOGGING_CATEGORY(logProducer, "filebus.producer", QtWarningMsg)
Q_LOGGING_CATEGORY(logConsumer, "filebus.consumer", QtWarningMsg)
Q_LOGGING_CATEGORY(logStream, "filebus.stream", QtWarningMsg)
