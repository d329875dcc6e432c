// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdocument.h"
#include "capture.h"
#include "totalbound.h"

#include <map>

/// The documents of all open buses, by the number of the bus. What is captured reaches its document here, whatever shows it.
class BusDocuments : public QObject
{
    Q_OBJECT
public:
    explicit BusDocuments(QObject *parent = nullptr);

    /// Starts to watch the bus at @p path, as raw bytes. The document belongs to the caller; it is fed until close() or its end.
    BusDocument *open(const QByteArray &path);
    /// Stops to watch the bus of @p document.
    void close(const BusDocument *document);
    /// The document of the bus at @p path; null if the bus is not open.
    BusDocument *find(const QByteArray &path) const;

    /// The bounds of every document, also of those that are opened later.
    void setBounds(const CaptureBounds &bounds);
    /// Whether anyone looks at the documents; see Capture::setWatched().
    void setWatched(bool watched);

private:
    void apply(quint64 id, const BusBatchPointer &batch);
    void setSilentSince(quint64 id, qint64 since);
    void forget(quint64 id);

    Capture m_capture;
    TotalBound m_total;
    CaptureBounds m_bounds;
    std::map<quint64, BusDocument *> m_documents;
};
