#include "sync/verify/branches.h"

#include <algorithm>

#include "sync/verify/seal.h"

namespace mulin::verify {
namespace {

std::array<char, 32> raw(const std::string& hash_hex) {
    const std::string bytes = bytes_of(hash_hex);
    std::array<char, 32> hash{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
    return hash;
}

std::string hex_of(const std::array<char, 32>& hash) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (const char byte : hash) {
        hex += kDigits[static_cast<unsigned char>(byte) >> 4];
        hex += kDigits[static_cast<unsigned char>(byte) & 15];
    }
    return hex;
}

// Newest number of every epoch up to there.
std::map<std::string, std::int64_t> ends_of(const TillState& state, std::size_t steps) {
    std::map<std::string, std::int64_t> ends;
    for (std::size_t i = 0; i < steps; ++i) ends[state.epoch_names[state.steps[i].epoch]] = state.steps[i].seq;
    return ends;
}

// Takes back what entries did that are not there yet.
void forget_later(TillState& state, const std::map<std::string, std::int64_t>& ends) {
    const auto is_there = [&](const std::string& epoch, std::int64_t seq) {
        const auto end = ends.find(epoch);
        return end != ends.end() && seq <= end->second;
    };
    std::erase_if(state.sales, [&](const auto& one) { return !is_there(one.first.first, one.first.second); });
    std::erase_if(state.closes, [&](const auto& one) { return !is_there(one.first.first, one.first.second); });
    for (auto& [place, sale] : state.sales) {
        sale.voided = sale.refunded = false;
        std::erase_if(sale.taken, [&](const Taken& taken) {
            if (is_there(taken.epoch, taken.seq)) return false;
            sale.value_fen += taken.value_fen;
            sale.paid_fen += taken.paid_fen;
            return true;
        });
        for (const Taken& taken : sale.taken) (taken.voids ? sale.voided : sale.refunded) = true;
    }
}

}  // namespace

void add_step(TillState& state, const Line& line) {
    if (state.epoch_names.empty() || state.epoch_names.back() != line.epoch) state.epoch_names.push_back(line.epoch);
    state.steps.push_back({raw(line.hash), state.epoch_names.size() - 1, line.seq, state.totals});
}

std::optional<std::size_t> place_of(const TillState& state, const std::string& hash) {
    const auto wanted = raw(hash);
    for (std::size_t i = state.steps.size(); i > 0; --i)
        if (state.steps[i - 1].hash == wanted) return i - 1;
    return std::nullopt;
}

bool comes_again(TillState& state, const std::string& hash) {
    if (state.passed >= state.steps.size() || state.steps[state.passed].hash != raw(hash)) {
        const auto place = place_of(state, hash);
        if (!place) return false;
        state.passed = *place;
    }
    ++state.passed;
    return true;
}

TillState cut_behind(const TillState& state, std::optional<std::size_t> place) {
    const std::size_t steps = place ? *place + 1 : 0;
    TillState cut = state;
    forget_later(cut, ends_of(state, steps));
    // An unchecked beginning belongs to entries of an earlier state, which held them by number only.
    cut.entries -= static_cast<std::int64_t>(state.steps.size() - steps);
    cut.steps.resize(steps);
    cut.resumed = false;
    cut.key_changed = false;
    for (auto change = cut.keys.rbegin(); change != cut.keys.rend(); ++change)
        if (change->first >= steps) cut.key = change->second;
        else if (change->first + 1 == steps) cut.key_changed = true;
    std::erase_if(cut.keys, [&](const auto& change) { return change.first >= steps; });
    std::erase_if(cut.roots, [&](const auto& held) { return held.first >= steps; });
    cut.root_number = cut.roots.empty() ? 0 : cut.roots.back().second.first;
    cut.root_digest = cut.roots.empty() ? std::string() : cut.roots.back().second.second;
    if (steps == 0) {
        cut.epoch.clear();
        cut.seq = 0;
        cut.hash = std::string(64, '0');
        cut.totals = {};
        return cut;
    }
    const Step& last = cut.steps.back();
    cut.epoch = cut.epoch_names[last.epoch];
    cut.seq = last.seq;
    cut.hash = hex_of(last.hash);
    cut.totals = last.totals;
    cut.epoch_names.resize(last.epoch + 1);
    return cut;
}

}  // namespace mulin::verify
