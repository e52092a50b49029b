#pragma once
// Link: exchanges with the district in the background, at the pace of sync/client, for as long as the
// window is open. Selling never waits for it.

#include <functional>
#include <memory>
#include <mutex>

#include "pos/app/inbox.h"
#include "pos/app/phrases.h"
#include "pos/app/till.h"
#include "pos/app/worker.h"
#include "sync/client/engine.h"
#include "sync/client/enroll.h"

namespace mulin::pos {

class Link {
  public:
    // news_came runs on the link's thread after menus, rules or people came down.
    Link(Till& till, Inbox& inbox, const Phrases& phrases, std::function<void()> news_came);

    void something_waits();
    void exchange_now();
    void post_status_soon();

  private:
    std::int64_t tick();
    void exchange();
    void post_status();          // only when what the top bar shows has changed
    sync_status::Status status();

    Till& till_;
    Inbox& inbox_;
    const Phrases& phrases_;
    std::function<void()> news_came_;
    std::optional<sync::Enrolment> enrolment_;
    std::unique_ptr<sync::Transport> transport_;
    sync::ExchangePace pace_;
    std::string last_error_;
    std::optional<sync_status::Status> posted_;
    bool asked_ = false;
    Worker worker_;
};

}  // namespace mulin::pos
