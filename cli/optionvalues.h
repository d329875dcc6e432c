// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QString>

/// Reads the option values of a parsed command line and checks their ranges.
///
/// The parser holds each byte of the command line as one character (Latin-1), so that file names stay unchanged.
class OptionValues
{
public:
    explicit OptionValues(const QCommandLineParser &parser);

    /// Fills @p options, whose command and files must already be set. Returns the first mistake, or an empty text.
    QString read(Options &options);

private:
    void readSwitches(Options &options) const;
    void readSizes(Options &options);
    void readTimes(Options &options);
    void readFrom(Options &options);
    void readFormat(Options &options);
    void readFileNames(Options &options);
    void readSubscription(Options &options);
    template<typename Number>
    void readNumber(const QString &name, Number least, Number most, Number &value);
    template<typename Duration>
    void readSeconds(const QString &name, double least, Duration &value);
    void mistake(const QString &text);

    const QCommandLineParser &m_parser;
    QString m_mistake; ///< the first
};
