// Going on another day: what a verifier knows, as lines of words. Ids stand last, behind their length,
// so that any byte may be in them.
#include <sstream>

#include "sync/verify/chain.h"
#include "sync/verify/shape.h"

namespace mulin::verify {
namespace {

constexpr const char* kFirstLine = "mulin-verify state 1";

void put_id(std::ostream& out, const std::string& id) { out << ' ' << id.size() << ':' << id; }

bool get_id(std::istream& in, std::string& id) {
    std::size_t length = 0;
    char colon = 0;
    if (!(in >> length) || !in.get(colon) || colon != ':' || length > 64) return false;
    id.resize(length);
    return static_cast<bool>(in.read(id.data(), static_cast<std::streamsize>(length)));
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
    }
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
    for (const auto& [name, till] : tills_) put_till(out, name, till);
    out << "end\n";
    return out.str();
}

bool Verifier::load(const std::string& text) {
    std::istringstream in(text);
    std::string word;
    if (!std::getline(in, word) || word != kFirstLine) return false;
    std::map<std::string, TillState> tills;
    TillState* last = nullptr;
    while (in >> word && word != "end") {
        std::string name;
        if (word == "till") {
            TillState till;
            if (!get_till(in, name, till)) return false;
            till.resumed = till.entries > 0;
            till.first_key = till.key;
            last = &(tills[name] = till);
        } else if (word == "epoch" && last != nullptr) {
            if (!get_id(in, name)) return false;
            last->epochs.insert(name);
        } else if (last == nullptr || !(word == "sale" ? get_sale(in, *last) : get_proof(in, word, *last))) {
            return false;
        }
    }
    if (word != "end") return false;
    for (auto& [name, till] : tills) till.earlier = {till.epochs, till.epoch, till.seq};
    tills_ = std::move(tills);
    return true;
}

}  // namespace mulin::verify
