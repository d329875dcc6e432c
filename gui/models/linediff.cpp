// SPDX-License-Identifier: Apache-2.0
#include "linediff.h"

#include <algorithm>
#include <vector>

namespace
{

using LineDiff::Line;

constexpr qsizetype mostComparisons = 1'000'000; // more would cause a noticeable delay

qsizetype commonBeginning(const QStringList &one, const QStringList &other)
{
    const auto shorter = std::min(one.size(), other.size());
    return std::mismatch(one.begin(), one.begin() + shorter, other.begin()).first - one.begin();
}

qsizetype commonEnd(const QStringList &one, const QStringList &other)
{
    const auto shorter = std::min(one.size(), other.size());
    return std::mismatch(one.rbegin(), one.rbegin() + shorter, other.rbegin()).first - one.rbegin();
}

void append(QList<Line> &lines, Line::Kind kind, const QStringList &texts)
{
    for (const QString &text : texts)
        lines.append({kind, text});
}

/// Lengths of the longest common subsequences of what follows each pair of lines.
class CommonLengths
{
public:
    CommonLengths(const QStringList &before, const QStringList &after)
        : m_width(static_cast<size_t>(after.size()) + 1)
        , m_lengths((static_cast<size_t>(before.size()) + 1) * m_width)
    {
        for (qsizetype i = before.size() - 1; i >= 0; --i) {
            for (qsizetype j = after.size() - 1; j >= 0; --j)
                at(i, j) = before[i] == after[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
        }
    }

    int &at(qsizetype i, qsizetype j) { return m_lengths[static_cast<size_t>(i) * m_width + static_cast<size_t>(j)]; }

private:
    size_t m_width;
    std::vector<int> m_lengths;
};

void appendShortest(QList<Line> &lines, const QStringList &before, const QStringList &after)
{
    CommonLengths lengths(before, after);
    qsizetype i = 0;
    qsizetype j = 0;
    while (i < before.size() && j < after.size()) {
        if (before[i] == after[j]) {
            lines.append({Line::Same, before[i++]});
            ++j;
        } else if (lengths.at(i + 1, j) >= lengths.at(i, j + 1)) {
            lines.append({Line::Removed, before[i++]});
        } else {
            lines.append({Line::Added, after[j++]});
        }
    }
    append(lines, Line::Removed, before.sliced(i));
    append(lines, Line::Added, after.sliced(j));
}

} // namespace

QList<LineDiff::Line> LineDiff::between(const QStringList &before, const QStringList &after)
{
    const qsizetype beginning = commonBeginning(before, after);
    const qsizetype end = commonEnd(before.sliced(beginning), after.sliced(beginning));
    const QStringList gone = before.sliced(beginning, before.size() - beginning - end);
    const QStringList come = after.sliced(beginning, after.size() - beginning - end);
    QList<Line> lines;
    append(lines, Line::Same, before.first(beginning));
    if (gone.size() * come.size() <= mostComparisons) {
        appendShortest(lines, gone, come);
    } else {
        append(lines, Line::Removed, gone);
        append(lines, Line::Added, come);
    }
    append(lines, Line::Same, before.last(end));
    return lines;
}

// A block of removed lines is followed by a block of added ones. The first lines of both belong together, then the second ones,
// and so on.
qsizetype LineDiff::partnerOf(const QList<Line> &lines, qsizetype number)
{
    const Line::Kind kind = lines[number].kind;
    const qsizetype step = kind == Line::Removed ? 1 : -1;
    const Line::Kind other = kind == Line::Removed ? Line::Added : Line::Removed;
    const auto blockEnd = [&](qsizetype at, Line::Kind of, qsizetype direction) {
        while (at >= 0 && at < lines.size() && lines[at].kind == of)
            at += direction;
        return at;
    };
    const qsizetype near = blockEnd(number, kind, step); // the edge of the other block that is next to this one
    if (kind == Line::Same || near < 0 || near >= lines.size() || lines[near].kind != other)
        return -1;
    const qsizetype ownFirst = blockEnd(number, kind, -1) + 1;
    const qsizetype otherFirst = kind == Line::Removed ? near : blockEnd(near, other, -1) + 1;
    const qsizetype partner = otherFirst + number - ownFirst;
    return partner < lines.size() && lines[partner].kind == other ? partner : -1;
}

std::pair<int, int> LineDiff::changedPart(const QString &line, const QString &other)
{
    const qsizetype shorter = std::min(line.size(), other.size());
    const qsizetype beginning = std::mismatch(line.begin(), line.begin() + shorter, other.begin()).first - line.begin();
    const qsizetype rest = shorter - beginning;
    const qsizetype end = std::mismatch(line.rbegin(), line.rbegin() + rest, other.rbegin()).first - line.rbegin();
    return {static_cast<int>(beginning), static_cast<int>(line.size() - beginning - end)};
}
