// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/eventloop.h"

#include <QtCore/QObject>

#include <utility>

namespace FileBus
{

/// A function that the event loop shall call soon: once, however often it is asked for. Where there is no event loop nobody takes
/// it out of the queue. Not to outlive its context.
class PostedCall
{
public:
    template<typename Function>
    void post(QObject *context, Function function)
    {
        if (std::exchange(m_posted, true))
            return;
        const auto call = [this, function] {
            m_posted = false;
            function();
        };
        QMetaObject::invokeMethod(context, call, Qt::QueuedConnection);
    }

    /// The same at once where there is an event loop.
    template<typename Function>
    void callOrPost(QObject *context, Function function)
    {
        if (hasEventLoop())
            function();
        else
            post(context, function);
    }

private:
    bool m_posted = false;
};

} // namespace FileBus
