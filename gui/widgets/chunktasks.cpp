// SPDX-License-Identifier: Apache-2.0
#include "chunktasks.h"

#include "payloadtext.h"

#include <QtCore/QMimeData>
#include <QtCore/QSaveFile>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QMessageBox>

using namespace Qt::StringLiterals;

namespace
{

QString readable(const QByteArray &payload)
{
    return PayloadText::isText(payload) ? PayloadText::text(payload) : QString::fromLatin1(payload.toHex(' '));
}

QString proposedName(const ChunkEntry &entry)
{
    const QString suffix = PayloadText::isText(entry.chunk.payload()) ? u".txt"_s : u".bin"_s;
    return entry.chunk.isNumbered() ? u"chunk-"_s + QString::number(entry.chunk.sequence()) + suffix : u"chunk"_s + suffix;
}

bool write(QSaveFile &file, const QByteArray &payload)
{
    return file.open(QIODevice::WriteOnly) && file.write(payload) == payload.size() && file.commit();
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
    const QString name = QFileDialog::getSaveFileName(window, QFileDialog::tr("Save payload"), proposedName(entry));
    if (name.isEmpty())
        return;
    QSaveFile file(name);
    if (!write(file, entry.chunk.payload()))
        QMessageBox::warning(window, QFileDialog::tr("Save payload"),
                             QFileDialog::tr("%1 cannot be written: %2").arg(name, file.errorString()));
}
