#pragma once
// The other end: runs one adapter for a host (hosted_adapter.h), over a socket. Makes the adapter when
// it is greeted, with the settings the greeting brings; answers one request after the other; hears
// cancel while a call runs. Ends when the host goes away or says shutdown, or speaks something else.
//
// Threads: serve() calls the adapter on its own thread and reads on another.

#include <functional>
#include <memory>
#include <string>

#include "payment/base/clock.h"
#include "payment/base/result.h"
#include "payment/port/adapter.h"
#include "payment/port/channel_settings.h"

namespace mulin::payment::host {

struct ServedAdapter {
    std::string name;
    std::string version;
    std::function<Result<std::unique_ptr<Adapter>>(const ChannelSettings&)> make;
};

// True when the host ended it in an orderly way.
bool serve_adapter(int socket, const ServedAdapter& served, const Clock& clock);

}  // namespace mulin::payment::host
