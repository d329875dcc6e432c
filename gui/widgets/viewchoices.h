// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkmodel.h"
#include "inspector.h"

/// How the user wants to see a bus.
struct ViewChoices {
    /// Sizes that the user sets with the mouse. A view takes them when it is shown.
    struct Sizes {
        QByteArray listColumns;   ///< of the list: widths, order, which are hidden
        QByteArray sideBySide;    ///< list and inspector
        QByteArray oneAboveOther; ///< these and the plot

        friend bool operator==(const Sizes &, const Sizes &) = default;
    };

    ChunkModel::TimeMode timeMode = ChunkModel::AbsoluteTime;
    Inspector::Mode inspectorMode = Inspector::Automatic;
    int plotSpan = 60; ///< seconds
    bool highlighting = false;
    bool inspectorShown = true;
    bool plotShown = true;
    Sizes sizes;

    friend bool operator==(const ViewChoices &, const ViewChoices &) = default;
};

/// The choices that all views share. Views change them and follow them.
class SharedChoices : public QObject
{
    Q_OBJECT
public:
    explicit SharedChoices(const ViewChoices &choices, QObject *parent = nullptr)
        : QObject(parent)
        , m_choices(choices)
    { }

    const ViewChoices &get() const { return m_choices; }
    /// Calls @p change with a reference to the choices.
    template<typename Change>
    void change(Change change)
    {
        const ViewChoices before = m_choices;
        change(m_choices);
        if (m_choices != before)
            Q_EMIT changed();
    }
    /// Emits no signal, because a visible view does not take the sizes of another one.
    void setSizes(const ViewChoices::Sizes &sizes) { m_choices.sizes = sizes; }

Q_SIGNALS:
    void changed();

private:
    ViewChoices m_choices;
};
