// SPDX-License-Identifier: Apache-2.0
#include "viewersettings.h"

#include <filebus/busaddress.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype mostRecent = 10;

// An address with a secret is kept without its user: an environment variable or a file can supply both later.
QByteArray withoutUser(const QByteArray &path)
{
    constexpr QByteArrayView secret("***@");
    QByteArray kept = FileBus::withoutSecrets(path);
    if (kept == path)
        return kept;
    const qsizetype user = kept.indexOf("://") + 3;
    return kept.remove(user, kept.indexOf(secret) + secret.size() - user);
}

} // namespace

ViewChoices ViewerSettings::choices() const
{
    const ViewChoices unset;
    return {.timeMode = static_cast<ChunkModel::TimeMode>(m_settings.value(u"view/timeMode"_s, unset.timeMode).toInt()),
            .inspectorMode = static_cast<Inspector::Mode>(m_settings.value(u"view/inspectorMode"_s, unset.inspectorMode).toInt()),
            .plotSpan = m_settings.value(u"view/plotSpan"_s, unset.plotSpan).toInt(),
            .highlighting = m_settings.value(u"view/highlighting"_s, unset.highlighting).toBool(),
            .inspectorShown = m_settings.value(u"view/inspectorShown"_s, unset.inspectorShown).toBool(),
            .plotShown = m_settings.value(u"view/plotShown"_s, unset.plotShown).toBool(),
            .sizes = {.listColumns = m_settings.value(u"view/listColumns"_s).toByteArray(),
                      .sideBySide = m_settings.value(u"view/sideBySide"_s).toByteArray(),
                      .oneAboveOther = m_settings.value(u"view/oneAboveOther"_s).toByteArray()}};
}

void ViewerSettings::setChoices(const ViewChoices &choices)
{
    m_settings.setValue(u"view/timeMode"_s, static_cast<int>(choices.timeMode));
    m_settings.setValue(u"view/inspectorMode"_s, static_cast<int>(choices.inspectorMode));
    m_settings.setValue(u"view/plotSpan"_s, choices.plotSpan);
    m_settings.setValue(u"view/highlighting"_s, choices.highlighting);
    m_settings.setValue(u"view/inspectorShown"_s, choices.inspectorShown);
    m_settings.setValue(u"view/plotShown"_s, choices.plotShown);
    m_settings.setValue(u"view/listColumns"_s, choices.sizes.listColumns);
    m_settings.setValue(u"view/sideBySide"_s, choices.sizes.sideBySide);
    m_settings.setValue(u"view/oneAboveOther"_s, choices.sizes.oneAboveOther);
}

CaptureBounds ViewerSettings::bounds() const
{
    const CaptureBounds unset;
    return {.rows = std::max(m_settings.value(u"bounds/rows"_s, unset.rows).toLongLong(), 1LL),
            .bytes = std::max(m_settings.value(u"bounds/bytes"_s, unset.bytes).toLongLong(), 1LL),
            .total = std::max(m_settings.value(u"bounds/total"_s, unset.total).toLongLong(), 1LL)};
}

void ViewerSettings::setBounds(const CaptureBounds &bounds)
{
    m_settings.setValue(u"bounds/rows"_s, bounds.rows);
    m_settings.setValue(u"bounds/bytes"_s, bounds.bytes);
    m_settings.setValue(u"bounds/total"_s, bounds.total);
}

Theme::Scheme ViewerSettings::scheme() const
{
    return static_cast<Theme::Scheme>(std::clamp(m_settings.value(u"scheme"_s).toInt(), 0, int(Theme::Dark)));
}

void ViewerSettings::setScheme(Theme::Scheme scheme)
{
    m_settings.setValue(u"scheme"_s, static_cast<int>(scheme));
}

QByteArrayList ViewerSettings::tabs() const
{
    return paths(u"tabs/paths"_s);
}

int ViewerSettings::currentTab() const
{
    return m_settings.value(u"tabs/current"_s).toInt();
}

void ViewerSettings::setTabs(const QByteArrayList &paths, int current)
{
    QByteArrayList kept;
    for (const QByteArray &path : paths)
        kept.append(withoutUser(path));
    setPaths(u"tabs/paths"_s, kept);
    m_settings.setValue(u"tabs/current"_s, current);
}

QByteArrayList ViewerSettings::recent() const
{
    return paths(u"recent"_s);
}

void ViewerSettings::addRecent(const QByteArray &path)
{
    const QByteArray kept = withoutUser(path);
    QByteArrayList all = recent();
    all.removeAll(kept);
    all.prepend(kept);
    setPaths(u"recent"_s, all.first(std::min(all.size(), mostRecent)));
}

QByteArray ViewerSettings::geometry() const
{
    return m_settings.value(u"window/geometry"_s).toByteArray();
}

QByteArray ViewerSettings::windowState() const
{
    return m_settings.value(u"window/state"_s).toByteArray();
}

void ViewerSettings::setWindow(const QByteArray &geometry, const QByteArray &state)
{
    m_settings.setValue(u"window/geometry"_s, geometry);
    m_settings.setValue(u"window/state"_s, state);
}

QByteArrayList ViewerSettings::paths(const QString &key) const
{
    QByteArrayList paths;
    const QVariantList stored = m_settings.value(key).toList();
    for (const QVariant &path : stored)
        paths.append(path.toByteArray());
    return paths;
}

void ViewerSettings::setPaths(const QString &key, const QByteArrayList &paths)
{
    m_settings.setValue(key, QVariantList(paths.begin(), paths.end()));
}
