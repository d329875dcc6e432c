// SPDX-License-Identifier: Apache-2.0
#include "tarwriter.h"

#include <QtCore/QTimeZone>

#include <ratio>

using namespace Qt::StringLiterals;

namespace
{

constexpr int sequenceDigits = 20; // as in the file names of the history
constexpr mode_t fileMode = 0100644;

QString paddedNumber(quint64 number)
{
    return QString::number(number).rightJustified(sequenceDigits, u'0');
}

} // namespace

TarWriter::TarWriter(QIODevice *device)
    : m_device(device)
    , m_tar(&m_device)
{ }

bool TarWriter::begin()
{
    return m_device.open(QIODevice::WriteOnly) && m_tar.open(QIODevice::WriteOnly);
}

bool TarWriter::write(const ChunkEntry &entry)
{
    if (entry.isLoss())
        return true;
    const FileBus::Chunk &chunk = entry.chunk;
    const QString name = chunk.isNumbered()
        ? chunk.streamId().toString(QUuid::WithoutBraces) + u'/' + paddedNumber(chunk.sequence())
        : u"unnumbered/"_s + paddedNumber(++m_unnumbered);
    const QDateTime time = QDateTime::fromSecsSinceEpoch(entry.shownTime() / std::nano::den, QTimeZone::UTC);
    return m_tar.writeFile(name, chunk.payload(), fileMode, QString(), QString(), time, time, time);
}

bool TarWriter::end()
{
    return m_tar.close();
}
