// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/qglobal.h>

#ifdef FILEBUS_BUILDING_LIBRARY
#define FILEBUS_EXPORT Q_DECL_EXPORT
#else
#define FILEBUS_EXPORT Q_DECL_IMPORT
#endif
