// SPDX-License-Identifier: Apache-2.0
#include "cluster/publishanswer.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>

namespace FileBus
{

using namespace Qt::StringLiterals;

namespace
{
constexpr int wrongLastSequence = 10071;
constexpr int wrongLastSequenceUnnamed = 10164; // of 2.11
} // namespace

PublishAnswer PublishAnswer::parse(QByteArrayView json)
{
    const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromRawData(json.data(), json.size())).object();
    const QJsonObject error = object["error"_L1].toObject();
    if (!error.isEmpty())
        return {0, static_cast<int>(error["err_code"_L1].toInteger()), error["description"_L1].toString()};
    if (object["duplicate"_L1].toBool()) // never requested, and no proof that the chunk is stored
        return {};
    return {static_cast<quint64>(std::max<qint64>(object["seq"_L1].toInteger(), 0)), 0, {}};
}

bool PublishAnswer::isWrongPredecessor() const
{
    return code == wrongLastSequence || code == wrongLastSequenceUnnamed;
}

} // namespace FileBus
