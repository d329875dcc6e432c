// SPDX-License-Identifier: Apache-2.0
#include "filequestions.h"

#include "pathprobe.h"
#include "plainmessage.h"
#include "plaintext.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtWidgets/QFileDialog>

using namespace std::chrono_literals;

namespace
{

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FileQuestions)
};

constexpr auto patience = 1s;

// Qt's own questions treat a name as markup. So mayWrite() asks about overwriting instead, and deleting is switched off.
constexpr QFileDialog::Options options = QFileDialog::DontConfirmOverwrite | QFileDialog::ReadOnly;

// A dialog reads its directory at once, and would hang with it.
QString startDirectory(const QString &wanted)
{
    return PathProbe(QFile::encodeName(wanted)).answersWithin(patience) ? wanted : QDir::homePath();
}

QString &lastDirectory()
{
    static QString directory = QDir::currentPath();
    return directory;
}

QString chosen(QFileDialog &dialog)
{
    if (dialog.exec() != QDialog::Accepted)
        return {};
    const QString path = dialog.selectedFiles().value(0);
    lastDirectory() = QFileInfo(path).absolutePath();
    return path;
}

} // namespace

QString FileQuestions::fileToWrite(QWidget *window, const QString &title, const QString &proposal)
{
    const QFileInfo file(proposal);
    QFileDialog dialog(window, title, startDirectory(file.isAbsolute() ? file.path() : lastDirectory()));
    dialog.setOptions(options);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.selectFile(file.fileName());
    return chosen(dialog);
}

bool FileQuestions::mayWrite(QWidget *window, const QString &title, const QString &path)
{
    const QString shown = PlainText::path(QStringView(path));
    const PathProbe probe(QFile::encodeName(QFileInfo(path).absoluteFilePath()));
    if (!probe.answersWithin(patience)) {
        PlainMessage::warn(window, title, Words::tr("The file system of %1 is not responding.").arg(shown));
        return false;
    }
    return !probe.answer().result().exists
        || PlainMessage::confirms(window, title, Words::tr("%1 already exists. Overwrite it?").arg(shown),
                                  Words::tr("&Overwrite"));
}

QString FileQuestions::bus(QWidget *window)
{
    QFileDialog dialog(window, Words::tr("Open a bus"), startDirectory(lastDirectory()));
    dialog.setOptions(options);
    dialog.setFileMode(QFileDialog::AnyFile);
    dialog.setLabelText(QFileDialog::Accept, Words::tr("Open"));
    return chosen(dialog);
}

QString FileQuestions::directory(QWidget *window)
{
    QFileDialog dialog(window, Words::tr("Open all buses in a directory"), startDirectory(lastDirectory()));
    dialog.setOptions(options | QFileDialog::ShowDirsOnly);
    dialog.setFileMode(QFileDialog::Directory);
    return chosen(dialog);
}
