// Going on another day: what a verifier knows, as lines of words. Ids stand last, behind their length,
// so that any byte may be in them.
#include <algorithm>
#include <sstream>

#include "sync/verify/chain.h"
#include "sync/verify/seal.h"
#include "sync/verify/shape.h"

namespace mulin::verify {
namespace {

constexpr const char* kFirstLine = "mulin-verify state 2";
// From before branches were followed: goes on, but knows no entry before its end that one could begin at.
constexpr const char* kFormerFirstLine = "mulin-verify state 1";

void put_id(std::ostream& out, const std::string& id) { out << ' ' << id.size() << ':' << id; }

bool get_id(std::istream& in, std::string& id) {
    std::size_t length = 0;
    char colon = 0;
    if (!(in >> length) || !in.get(colon) || colon != ':' || length > 64) return false;
    id.resize(length);
    return static_cast<bool>(in.read(id.data(), static_cast<std::streamsize>(length)));
}

void put_raw(std::ostream& out, const std::array<char, 32>& hash) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    for (const char byte : hash) out << kDigits[static_cast<unsigned char>(byte) >> 4] << kDigits[static_cast<unsigned char>(byte) & 15];
}

// What a branch that begins further back would need.
void put_steps(std::ostream& out, const TillState& till) {
    for (const std::string& name : till.epoch_names) {
        out << "name";
        put_id(out, name);
        out << '\n';
    }
    for (const Step& step : till.steps) {
        const Totals& t = step.totals;
        out << "step " << step.epoch << ' ' << step.seq << ' ' << t.benefit_fen << ' ' << t.list_fen << ' ' << t.paid_fen << ' ' << t.sales
            << ' ' << t.voids << ' ';
        put_raw(out, step.hash);
        out << '\n';
    }
    for (const auto& [place, key] : till.keys) out << "key " << place << ' ' << key << '\n';
    for (const auto& [place, root] : till.roots) out << "held " << place << ' ' << root.first << ' ' << root.second << '\n';
}

bool get_step(std::istream& in, TillState& till) {
    Step step;
    Totals& t = step.totals;
    std::string hash;
    if (!(in >> step.epoch >> step.seq >> t.benefit_fen >> t.list_fen >> t.paid_fen >> t.sales >> t.voids >> hash)) return false;
    if (!is_hex(hash, 64) || step.epoch >= till.epoch_names.size()) return false;
    const std::string bytes = bytes_of(hash);
    std::copy(bytes.begin(), bytes.end(), step.hash.begin());
    till.steps.push_back(step);
    return true;
}

bool get_place(std::istream& in, const std::string& word, TillState& till) {
    std::size_t place = 0;
    std::int64_t number = 0;
    std::string text;
    if (!(in >> place) || (word == "held" && !(in >> number)) || !(in >> text) || !is_hex(text, 64)) return false;
    if (word == "key") till.keys.emplace_back(place, text);
    else till.roots.emplace_back(place, std::pair(number, text));
    return true;
}

// Of the sale before it.
bool get_taken(std::istream& in, TillState& till) {
    std::pair<std::string, std::int64_t> at;
    Taken taken;
    if (!(in >> at.second >> taken.seq >> taken.value_fen >> taken.paid_fen >> taken.voids) || !get_id(in, at.first) ||
        !get_id(in, taken.epoch))
        return false;
    const auto sale = till.sales.find(at);
    if (sale == till.sales.end()) return false;
    sale->second.taken.push_back(std::move(taken));
    return true;
}

void put_till(std::ostream& out, const std::string& name, const TillState& till) {
    const Totals& t = till.totals;
    out << "till " << till.key << ' ' << till.hash << ' ' << till.seq << ' ' << till.entries << ' ' << till.broken << ' '
        << t.benefit_fen << ' ' << t.list_fen << ' ' << t.paid_fen << ' ' << t.sales << ' ' << t.voids;
    put_id(out, name);
    put_id(out, till.epoch);
    out << '\n';
    for (const auto& epoch : till.epochs) {
        out << "epoch";
        put_id(out, epoch);
        out << '\n';
    }
    if (till.first_key != till.key) out << "first " << till.first_key << '\n';
    if (till.key_changed) out << "changed\n";
    if (till.root_number > 0) out << "root " << till.root_number << ' ' << till.root_digest << '\n';
    for (const auto& [at, hash] : till.closes) {
        out << "close " << at.second << ' ' << hash;
        put_id(out, at.first);
        out << '\n';
    }
    for (const auto& [at, sale] : till.sales) {
        out << "sale " << at.second << ' ' << sale.value_fen << ' ' << sale.paid_fen << ' ' << sale.voided << ' ' << sale.refunded;
        put_id(out, at.first);
        out << '\n';
        for (const Taken& taken : sale.taken) {
            out << "taken " << at.second << ' ' << taken.seq << ' ' << taken.value_fen << ' ' << taken.paid_fen << ' ' << taken.voids;
            put_id(out, at.first);
            put_id(out, taken.epoch);
            out << '\n';
        }
    }
    put_steps(out, till);
}

bool get_till(std::istream& in, std::string& name, TillState& till) {
    Totals& t = till.totals;
    return (in >> till.key >> till.hash >> till.seq >> till.entries >> till.broken >> t.benefit_fen >> t.list_fen >>
            t.paid_fen >> t.sales >> t.voids) &&
           is_hex(till.key, 64) && is_hex(till.hash, 64) && get_id(in, name) && get_id(in, till.epoch);
}

bool get_close(std::istream& in, TillState& till) {
    std::pair<std::string, std::int64_t> at;
    std::string hash;
    if (!(in >> at.second >> hash) || !is_hex(hash, 64) || !get_id(in, at.first)) return false;
    till.closes[at] = hash;
    return true;
}

// What came after the first version of the state; false for a word that is none of these.
bool get_proof(std::istream& in, const std::string& word, TillState& till) {
    if (word == "close") return get_close(in, till);
    if (word == "changed") return till.key_changed = true;
    if (word == "step") return get_step(in, till);
    if (word == "taken") return get_taken(in, till);
    if (word == "key" || word == "held") return get_place(in, word, till);
    if (word == "first") return (in >> till.first_key) && is_hex(till.first_key, 64);
    return word == "root" && (in >> till.root_number >> till.root_digest) && is_hex(till.root_digest, 64);
}

bool get_sale(std::istream& in, TillState& till) {
    std::pair<std::string, std::int64_t> at;
    Standing sale;
    if (!(in >> at.second >> sale.value_fen >> sale.paid_fen >> sale.voided >> sale.refunded) || !get_id(in, at.first)) return false;
    till.sales[at] = sale;
    return true;
}

}  // namespace

std::string Verifier::save() const {
    std::ostringstream out;
    out << kFirstLine << '\n';
    for (const auto& [name, till] : tills_) {
        put_till(out, name, till);
        const auto more = branches_.find(name);
        if (more == branches_.end()) continue;
        for (const TillState& branch : more->second) put_till(out, name, branch);
    }
    out << "end\n";
    return out.str();
}

bool Verifier::load(const std::string& text) {
    std::istringstream in(text);
    std::string word;
    if (!std::getline(in, word) || (word != kFirstLine && word != kFormerFirstLine)) return false;
    std::map<std::string, std::vector<TillState>> tills;
    TillState* last = nullptr;
    while (in >> word && word != "end") {
        std::string name;
        if (word == "till") {
            TillState till;
            if (!get_till(in, name, till)) return false;
            till.resumed = till.entries > 0;
            till.first_key = till.key;
            last = &tills[name].emplace_back(std::move(till));
        } else if ((word == "epoch" || word == "name") && last != nullptr) {
            if (!get_id(in, name)) return false;
            if (word == "epoch") last->epochs.insert(name);
            else last->epoch_names.push_back(name);
        } else if (last == nullptr || !(word == "sale" ? get_sale(in, *last) : get_proof(in, word, *last))) {
            return false;
        }
    }
    if (word != "end") return false;
    tills_.clear();
    branches_.clear();
    for (auto& [name, states] : tills) {
        for (TillState& till : states) till.earlier = {till.epochs, till.epoch, till.seq};
        tills_[name] = std::move(states.front());
        states.erase(states.begin());
        if (!states.empty()) branches_[name] = std::move(states);
    }
    return true;
}

}  // namespace mulin::verify
