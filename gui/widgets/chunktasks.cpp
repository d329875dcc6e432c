// SPDX-License-Identifier: Apache-2.0
#include "chunktasks.h"

#include "exportjob.h"
#include "filequestions.h"
#include "payloadtext.h"
#include "plainmessage.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QMimeData>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QWidget>

using namespace Qt::StringLiterals;

namespace
{

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ChunkTasks)
};

QString readable(const QByteArray &payload)
{
    return PayloadText::isText(payload) ? PayloadText::text(payload) : QString::fromLatin1(payload.toHex(' '));
}

QString proposedName(const ChunkEntry &entry)
{
    const QString suffix = PayloadText::isText(entry.chunk.payload()) ? u".txt"_s : u".bin"_s;
    return entry.chunk.isNumbered() ? u"chunk-"_s + QString::number(entry.chunk.sequence()) + suffix : u"chunk"_s + suffix;
}

} // namespace

void ChunkTasks::copyPayloads(const QList<ChunkEntry> &entries)
{
    QString text;
    for (const ChunkEntry &entry : entries) {
        if (!text.isEmpty() && !text.endsWith(u'\n'))
            text += u'\n';
        text += readable(entry.chunk.payload());
    }
    auto *data = new QMimeData;
    data->setText(text);
    if (entries.size() == 1)
        data->setData(u"application/octet-stream"_s, entries.first().chunk.payload());
    QGuiApplication::clipboard()->setMimeData(data);
}

void ChunkTasks::savePayload(const ChunkEntry &entry, QWidget *window)
{
    const QString title = Words::tr("Save payload");
    const QString name = FileQuestions::fileToWrite(window, title, proposedName(entry));
    if (name.isEmpty() || !FileQuestions::mayWrite(window, title, name))
        return;
    auto *job = new ExportJob({entry}, ChunkWriter::Payload, name, window);
    QObject::connect(job, &ExportJob::finished, window, [job, window, title](const QString &error) {
        job->deleteLater();
        if (!error.isEmpty())
            PlainMessage::warn(window, title, error);
    });
    job->start();
}
