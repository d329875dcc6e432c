// SPDX-License-Identifier: Apache-2.0
#include "preload.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QHash>
#include <QtCore/QProcess>

#include <fcntl.h>

using namespace Qt::StringLiterals;

namespace
{

// Through a descriptor of this process, whose path is short and plain wherever the file lies.
QString plainName(const QString &library)
{
    const int descriptor = ::open(QFile::encodeName(library).constData(), O_RDONLY | O_CLOEXEC);
    return u"/proc/%1/fd/%2"_s.arg(QString::number(QCoreApplication::applicationPid()), QString::number(descriptor));
}

// The messages of the loader when a program starts with the library.
QByteArray complaintAbout(const QString &name)
{
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LD_PRELOAD"_s, name);
    environment.insert(u"ASAN_OPTIONS"_s, u"verify_asan_link_order=0"_s);
    program.setProcessEnvironment(environment);
    program.start(QStringLiteral(FILEBUS_PROGRAM), {u"--version"_s});
    return program.waitForFinished() ? program.readAllStandardError() : program.errorString().toUtf8();
}

} // namespace

QString preloadable(const QString &library)
{
    static QHash<QString, QString> names;
    QString &name = names[library];
    if (name.isEmpty()) {
        name = plainName(library);
        if (const QByteArray complaint = complaintAbout(name); !complaint.isEmpty())
            qFatal("%s cannot be preloaded: %s", qPrintable(library), complaint.constData());
    }
    return name;
}
