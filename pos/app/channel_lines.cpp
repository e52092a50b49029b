#include "pos/app/channel_lines.h"

#include <algorithm>
#include <utility>

namespace mulin::pos {
namespace {

using payment::ChannelCall;

bool is_start(const ChannelCall& call) { return call.what == ChannelCall::What::start; }

}  // namespace

void ChannelLines::carry(ChannelCall call) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    Line& line = lines_[call.adapter];
    line.adapter = call.adapter;
    // An attempt has one call at a time, so that nothing of one attempt changes its order by this.
    const auto behind = is_start(call) ? std::ranges::find_if_not(line.waiting, is_start) : line.waiting.end();
    line.waiting.insert(behind, std::move(call));
    if (line.busy) return;
    line.busy = true;
    if (!line.worker) line.worker = std::make_unique<Worker>();
    line.worker->post([this, &line] { make_calls(line); });
}

// On the line's thread, until nothing waits.
void ChannelLines::make_calls(Line& line) {
    for (;;) {
        ChannelCall call;
        {
            const std::lock_guard lock(mutex_);
            line.starting = {};
            line.busy = !closed_ && !line.waiting.empty();
            if (!line.busy) return;
            call = std::move(line.waiting.front());
            line.waiting.pop_front();
            if (is_start(call)) line.starting = call.attempt.id;
        }
        auto answer = payment::carry_out(call);
        add(Answered{std::move(call), std::move(answer)});
    }
}

void ChannelLines::cancel(const payment::AttemptId& id) {
    std::optional<ChannelCall> never;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [adapter, line] : lines_) {
            if (line.starting == id) adapter->cancel(id);
            const auto waits = std::ranges::find_if(line.waiting, [&](const ChannelCall& call) {
                return is_start(call) && call.attempt.id == id;
            });
            if (waits == line.waiting.end()) continue;
            never = std::move(*waits);
            line.waiting.erase(waits);
        }
    }
    if (!never) return;
    auto answer = payment::never_made(*never);
    add(Answered{std::move(*never), std::move(answer)});
}

void ChannelLines::progressed(const payment::AttemptId& id, const payment::Progress& progress) {
    {
        const std::lock_guard lock(mutex_);
        for (auto& news : news_) {
            auto* former = std::get_if<Progressed>(&news);
            if (former == nullptr || former->attempt != id) continue;
            former->progress = progress;
            return;
        }
    }
    add(Progressed{id, progress});
}

void ChannelLines::add(News news) {
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        news_.push_back(std::move(news));
        if (std::exchange(told_, true)) return;
    }
    wake_();
}

std::optional<ChannelLines::News> ChannelLines::next() {
    const std::lock_guard lock(mutex_);
    if (news_.empty()) {
        told_ = false;
        return std::nullopt;
    }
    auto news = std::move(news_.front());
    news_.pop_front();
    return news;
}

void ChannelLines::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        for (auto& [adapter, line] : lines_) adapter->stop();
    }
    for (auto& [adapter, line] : lines_)
        if (line.worker) line.worker->stop();
}

}  // namespace mulin::pos
