// SPDX-License-Identifier: Apache-2.0
#include "chunktext.h"

#include "payloadtext.h"
#include "processtext.h"

#include <filebus/displaytext.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QLocale>
#include <QtCore/QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ChunkText)
};

constexpr qsizetype previewBytes = 240;
constexpr qint64 nanosecondsPerMillisecond = 1'000'000;

QString formatted(qint64 nanoseconds, const QString &format)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(nanoseconds / nanosecondsPerMillisecond);
    const qint64 microseconds = nanoseconds / 1000 % 1000;
    return time.toString(format) + QString::number(microseconds).rightJustified(3, u'0');
}

// Symbols for line breaks and tabs, a middle dot for all other invisible characters.
QChar visible(QChar character)
{
    if (character == u'\n' || character == QChar::LineSeparator || character == QChar::ParagraphSeparator)
        return u'↵';
    if (character == u'\t')
        return u'⇥';
    return character.isPrint() ? character : QChar(u'·');
}

QString hexPreview(const QByteArray &beginning)
{
    return QString::fromLatin1(beginning.first(std::min<qsizetype>(beginning.size(), 32)).toHex(' '));
}

} // namespace

QString ChunkText::time(qint64 nanoseconds)
{
    return formatted(nanoseconds, u"HH:mm:ss.zzz"_s);
}

QString ChunkText::dateTime(qint64 nanoseconds)
{
    return formatted(nanoseconds, u"yyyy-MM-dd HH:mm:ss.zzz"_s);
}

QString ChunkText::clockTime(qint64 nanoseconds)
{
    return QDateTime::fromMSecsSinceEpoch(nanoseconds / nanosecondsPerMillisecond).toString(u"HH:mm:ss"_s);
}

QString ChunkText::timeSince(qint64 before, qint64 now)
{
    const double seconds = static_cast<double>(now - before) / 1e9;
    return (seconds < 0 ? u"−"_s : u"+"_s) + QString::number(std::abs(seconds), 'f', 6);
}

QString ChunkText::count(quint64 number)
{
    return QLocale(QLocale::English).toString(number);
}

QString ChunkText::sequence(const ChunkEntry &entry)
{
    if (!entry.isLoss())
        return entry.chunk.isNumbered() ? count(entry.chunk.sequence()) : u"–"_s;
    if (entry.firstLost == 0)
        return u"–"_s;
    if (entry.lostCount == 1)
        return count(entry.firstLost);
    return count(entry.firstLost) + u" – "_s + count(entry.firstLost + entry.lostCount - 1);
}

QString ChunkText::size(qsizetype bytes)
{
    return count(static_cast<quint64>(bytes));
}

QString ChunkText::producer(const FileBus::ProducerInfo &producer)
{
    const QString program = FileBus::displayText(producer.program);
    return producer.pid == 0 ? program : program + u' ' + QString::number(producer.pid);
}

QString ChunkText::loss(const ChunkEntry &entry)
{
    if (entry.firstLost == 0)
        return Words::tr("at least %1 lost, unnumbered").arg(count(entry.lostCount));
    if (entry.lostCount == 1)
        return Words::tr("1 chunk lost, %1").arg(entry.firstLost);
    return Words::tr("%1 chunks lost, %2 to %3")
        .arg(count(entry.lostCount), QString::number(entry.firstLost), QString::number(entry.firstLost + entry.lostCount - 1));
}

QString ChunkText::preview(const QByteArray &payload)
{
    const QByteArray beginning = payload.first(std::min(payload.size(), previewBytes));
    if (!PayloadText::isText(beginning))
        return hexPreview(beginning);
    QString text = QString::fromUtf8(beginning);
    if (text.endsWith(u'\n'))
        text.chop(1);
    std::transform(text.begin(), text.end(), text.begin(), visible);
    return text;
}

QString ChunkText::details(const ChunkEntry &entry)
{
    if (entry.isLoss())
        return loss(entry) + u'\n' + Words::tr("Noticed at %1").arg(dateTime(entry.receivedAt()));
    const QString bytes = size(entry.chunk.payload().size());
    QStringList lines{entry.chunk.isNumbered() ? Words::tr("Chunk %1, %2 bytes").arg(sequence(entry), bytes)
                                               : Words::tr("%1 bytes, unnumbered").arg(bytes),
                      dateTime(entry.shownTime())};
    const FileBus::ProducerInfo producer = entry.chunk.producer();
    if (producer.pid != 0)
        lines += ProcessText::process(producer.program, producer.pid, producer.host);
    if (entry.chunk.isNumbered())
        lines += Words::tr("Stream %1").arg(entry.chunk.streamId().toString(QUuid::WithoutBraces));
    if (entry.fromHistory)
        lines += Words::tr("Fetched from the history, as it was no longer on the bus");
    return lines.join(u'\n');
}
