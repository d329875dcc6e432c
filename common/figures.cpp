// SPDX-License-Identifier: Apache-2.0
#include "figures.h"

#include <QtCore/QCoreApplication>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

struct FigureText {
    Q_DECLARE_TR_FUNCTIONS(Figures)
};

} // namespace

// About two significant digits for numbers below 10, no fraction for larger ones.
QString Figures::number(double value, const QLocale &locale)
{
    const bool hasFraction = value < 10 && value != std::floor(value);
    return locale.toString(value, 'f', hasFraction ? (value < 0.1 ? 2 : 1) : 0);
}

QString Figures::bytes(quint64 count)
{
    return QLocale::c().formattedDataSize(static_cast<qint64>(count), 1);
}

QString Figures::chunks(quint64 count)
{
    return count == 1 ? FigureText::tr("1 chunk") : FigureText::tr("%1 chunks").arg(count);
}

QString Figures::rate(double perSecond)
{
    return FigureText::tr("%1 chunks/s").arg(number(perSecond));
}

QString Figures::byteRate(double perSecond)
{
    return bytes(static_cast<quint64>(perSecond)) + u"/s"_s;
}

QString Figures::duration(std::chrono::nanoseconds time)
{
    const auto count = static_cast<double>(time.count());
    if (time < 1ms)
        return number(count / 1e3) + u" µs"_s;
    if (time < 1s)
        return number(count / 1e6) + u" ms"_s;
    if (time < 2min)
        return number(count / 1e9) + u" s"_s;
    return time < 2h ? number(std::floor(count / 60e9)) + u" min"_s : number(std::floor(count / 3600e9)) + u" h"_s;
}

QString Figures::clock(std::chrono::seconds time)
{
    const auto seconds = time.count();
    return QString::asprintf("%lld:%02lld:%02lld", static_cast<long long>(seconds / 3600),
                             static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60));
}

QString Figures::lost(quint64 count, FileBus::LossKnowledge knowledge)
{
    QString number = QString::number(count);
    if (knowledge == FileBus::LossKnowledge::Exact)
        return number;
    if (knowledge == FileBus::LossKnowledge::AtLeast || count > 0)
        return FigureText::tr("at least %1").arg(number);
    return FigureText::tr("unknown");
}
