// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/consumer.h>

#include <QtCore/QLocale>
#include <QtCore/QString>

#include <chrono>

/// Formats figures for people, with the same words and units in all programs.
namespace Figures
{
/// "0.05", "3.5", "120"; the locale decides whether it is "1,200" or "1200".
QString number(double value, const QLocale &locale = QLocale::c());
QString bytes(quint64 count);                    ///< "1.2 MiB"
QString chunks(quint64 count);                   ///< "1 chunk", "12 chunks"
QString rate(double perSecond);                  ///< "3.5 chunks/s"
QString byteRate(double perSecond);              ///< "1.2 MiB/s"
QString duration(std::chrono::nanoseconds time); ///< "80 µs", "3.2 s", "5 min"
QString clock(std::chrono::seconds time);        ///< "1:02:03"
/// "12", "at least 12" or "unknown": a count of lost chunks and how exact it is.
QString lost(quint64 count, FileBus::LossKnowledge knowledge);
} // namespace Figures
