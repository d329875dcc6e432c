// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nats/nats.h>

#include <memory>

namespace FileBus
{

/// Destroys an object of libnats with the matching function of libnats.
template<auto destroy>
struct NatsDestroyer {
    template<typename T>
    void operator()(T *object) const
    {
        destroy(object);
    }
};

/// Owners of objects of libnats. A NatsSubscription with callbacks may still call them after its end: wait for its completion
/// callback.
using NatsOptions = std::unique_ptr<natsOptions, NatsDestroyer<natsOptions_Destroy>>;
using NatsConnection = std::unique_ptr<natsConnection, NatsDestroyer<natsConnection_Destroy>>;
using NatsSubscription = std::unique_ptr<natsSubscription, NatsDestroyer<natsSubscription_Destroy>>;
using NatsMessage = std::unique_ptr<natsMsg, NatsDestroyer<natsMsg_Destroy>>;
using NatsInbox = std::unique_ptr<natsInbox, NatsDestroyer<natsInbox_Destroy>>;
using JetStream = std::unique_ptr<jsCtx, NatsDestroyer<jsCtx_Destroy>>;
using JetStreamInfo = std::unique_ptr<jsStreamInfo, NatsDestroyer<jsStreamInfo_Destroy>>;

/// Calls a function of libnats that returns an object through its first argument: receive(message, js_GetMsg, jetStream, …).
template<typename Handle, typename Function, typename... Arguments>
natsStatus receive(Handle &handle, Function function, Arguments... arguments)
{
    typename Handle::pointer made = nullptr;
    const natsStatus status = function(&made, arguments...);
    handle.reset(made);
    return status;
}

} // namespace FileBus
