// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>

#include <optional>

namespace FileBus
{

/// JSON as FORMAT.md ("Metadata") requires it: RFC 8259, and numbers that are read exactly. QJsonDocument accepts more, and reads
/// a number with a decimal point or an exponent as a floating-point number.
class StrictJson
{
public:
    /// The same for QJsonDocument: numbers that are whole and fit into 64 bits have neither point nor exponent, and any other
    /// number is one that is not whole. Nothing if @p json has what QJsonDocument accepts and JSON does not. Other errors are
    /// left to it.
    static std::optional<QByteArray> exact(QByteArrayView json);
};

} // namespace FileBus
