// SPDX-License-Identifier: Apache-2.0
#pragma once

// QCustomPlot uses Qt's keywords, which this project switches off.
#define signals Q_SIGNALS
#define slots Q_SLOTS
// NOLINTNEXTLINE(bugprone-macro-parentheses): a declaration
#define foreach(variable, container) for (variable : container)
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach
