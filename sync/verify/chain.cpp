#include "sync/verify/chain.h"

#include "sync/verify/amounts.h"
#include "sync/verify/branches.h"
#include "sync/verify/proofs.h"
#include "sync/verify/seal.h"
#include "sync/verify/shape.h"

namespace mulin::verify {
namespace {

constexpr std::size_t kLongestId = 64;
constexpr std::size_t kLongestBody = 262144;

struct Problem {
    Damage damage;
    std::string what;
};
using Check = std::optional<Problem>;

Check check_place(const TillState& till, const Line& line) {
    if (line.prev != till.hash) return Problem{Damage::broken_chain, "prev is not the hash of the entry before"};
    if (line.epoch == till.epoch) {
        if (line.seq != till.seq + 1) return Problem{Damage::wrong_sequence, "seq does not follow " + std::to_string(till.seq)};
        return {};
    }
    if (line.seq != 1) return Problem{Damage::wrong_sequence, "a new epoch does not start at seq 1"};
    if (till.epochs.contains(line.epoch)) return Problem{Damage::repeated_epoch, "this epoch was left before"};
    return {};
}

Check check_seal(const TillState& till, const Line& line) {
    if (hash_of(line) != line.hash) return Problem{Damage::wrong_hash, "the hash is not that of its place and body"};
    if (!signed_by(till.key, line.hash, line.sig)) return Problem{Damage::wrong_signature, "the signature is not the till's"};
    return {};
}

Check check_shape(const Json& body) {
    std::string wrong = misfit(body, kBodyShape);
    if (wrong.empty() && (body.find("v")->number != 1 || body.find("suite")->number != 1)) wrong = "another version or suite";
    if (!wrong.empty()) return Problem{Damage::malformed_body, wrong};
    const std::string_view shape = shape_of(body.find("kind")->text);
    if (shape.empty()) return Problem{Damage::malformed_body, "there is no kind " + body.find("kind")->text};
    wrong = misfit(*body.find("data"), shape);
    if (!wrong.empty()) return Problem{Damage::malformed_body, "data: " + wrong};
    return {};
}

Check check_epoch(const TillState& till, const Line& line, const Json& body) {
    const bool opens = body.find("kind")->text == "epoch_open";
    if (till.key_changed && !opens) return Problem{Damage::wrong_key_change, "the epoch of the new key does not follow"};
    if (opens != (line.seq == 1)) return Problem{Damage::misplaced_epoch, "epoch_open belongs to seq 1 and only there"};
    if (!opens) return {};
    const Json& data = *body.find("data");
    if (till.key_changed != (data.find("reason")->text == "key_change"))
        return Problem{Damage::wrong_key_change, "the reason key_change stands elsewhere than behind one"};
    if (data.find("public_key")->text != till.key) return Problem{Damage::wrong_key, "the epoch names another key than the till's"};
    const Json& parent = *data.find("parent");
    if (parent.kind == Json::Kind::null)
        return till.entries == 0 ? Check{} : Problem{Damage::wrong_parent, "only a till's first epoch has no parent"};
    if (parent.find("epoch")->text != till.epoch || parent.find("seq")->number != till.seq ||
        parent.find("hash")->text != till.hash)
        return Problem{Damage::wrong_parent, "the parent is not the entry before"};
    return {};
}

Check check_amounts(const TillState& till, const std::string& kind, const Json& body) {
    const Json& data = *body.find("data");
    if (const std::string wrong = imbalance(kind, data); !wrong.empty()) return Problem{Damage::unbalanced, wrong};
    if (totals_in(body) != totals_after(till.totals, kind, data))
        return Problem{Damage::wrong_totals, "the totals do not follow from those before"};
    return {};
}

Standing* sale_named(TillState& till, const Line& line, const Json& target) {
    if (target.find("till")->text != line.till) return nullptr;
    const auto found = till.sales.find({target.find("epoch")->text, target.find("seq")->number});
    return found == till.sales.end() ? nullptr : &found->second;
}

Check take_back(TillState& till, const Line& line, const std::string& kind, const Json& data) {
    Standing* sale = sale_named(till, line, *data.find("target"));
    if (sale == nullptr) return Problem{Damage::unknown_target, "the sale it takes back is not in the chain"};
    if (sale->voided) return Problem{Damage::taken_back_twice, "the sale was voided before"};
    Taken taken{line.epoch, line.seq, 0, 0, kind == "void"};
    if (taken.voids) {
        if (sale->refunded) return Problem{Damage::taken_back_twice, "the sale was refunded before"};
        sale->voided = true;
        sale->taken.push_back(std::move(taken));
        return {};
    }
    sale->refunded = true;
    taken.value_fen = data.find("delivery_fen")->number;
    for (const auto& part : data.find("lines")->items) taken.value_fen += part.find("amount_fen")->number;
    taken.paid_fen = data.find("paid_fen")->number;
    sale->value_fen -= taken.value_fen;
    sale->paid_fen -= taken.paid_fen;
    sale->taken.push_back(std::move(taken));
    if (sale->value_fen < 0 || sale->paid_fen < 0) return Problem{Damage::taken_back_twice, "more is refunded than was sold"};
    const bool nothing_left = sale->value_fen == 0 && sale->paid_fen == 0;
    if (data.find("whole")->boolean && !nothing_left) return Problem{Damage::unbalanced, "called whole, and something is left"};
    return {};
}

Check remember(TillState& till, const Line& line, const std::string& kind, const Json& data) {
    if (kind == "sale") {
        till.sales[{line.epoch, line.seq}] = {data.find("list_fen")->number + data.find("delivery_fen")->number,
                                              data.find("paid_fen")->number, false, false, {}};
    }
    if (kind == "void" || kind == "refund") return take_back(till, line, kind, data);
    return {};
}

Check change_key(TillState& till, const Line& line, const std::string& kind, const Json& data) {
    till.key_changed = kind == "key_change";
    if (!till.key_changed) return {};
    if (const std::string wrong = wrong_key_change(line.till, till.key, data); !wrong.empty())
        return Problem{Damage::wrong_key_change, wrong};
    till.keys.emplace_back(till.steps.size(), till.key);
    till.key = data.find("public_key")->text;
    return {};
}

Check check_root(TillState& till, const District& district, const Json& data) {
    const std::int64_t number = data.find("number")->number;
    const std::string digest = root_digest(data, data.find("points")->number);
    const bool next = number == till.root_number + 1;
    const bool goes_on = number > till.root_number && (!next || till.root_digest.empty() || data.find("prev")->text == till.root_digest);
    till.root_number = number;
    till.root_digest = digest;
    till.roots.emplace_back(till.steps.size(), std::pair(number, digest));
    if (!district.key.empty() && !signed_by(district.key, digest, data.find("signature")->text))
        return Problem{Damage::wrong_root, "the root is not signed by the district"};
    if (!goes_on) return Problem{Damage::root_conflict, "the root does not follow the one that the till held"};
    if (district.roots.empty()) return {};
    const auto shown = district.roots.find(number);
    if (shown == district.roots.end() && district.roots.begin()->first < number && number < district.roots.rbegin()->first)
        return Problem{Damage::forgotten_root, "the district left out the number " + std::to_string(number) + " and signed others after it"};
    if (shown == district.roots.end() || shown->second != digest)
        return Problem{Damage::root_conflict, "the district shows another root " + std::to_string(number) + ", or none"};
    return {};
}

// What the district signed; the chain goes on, whatever is wrong with it.
Check check_district(TillState& till, const District& district, const Line& line, const std::string& kind, const Json& data) {
    if (kind == "shift_close") till.closes[{line.epoch, line.seq}] = line.hash;
    if (kind == "countersigned") {
        if (const std::string wrong = wrong_countersignature(till, line.till, district.key, data); !wrong.empty())
            return Problem{Damage::wrong_countersignature, wrong};
    }
    return kind == "district_root" ? check_root(till, district, data) : Check{};
}

bool breaks_the_chain(Damage damage) {
    return damage != Damage::wrong_countersignature && damage != Damage::wrong_root && damage != Damage::root_conflict &&
           damage != Damage::forgotten_root;
}

Check check_entry(TillState& till, const District& district, const Line& line) {
    if (auto problem = check_place(till, line)) return problem;
    if (auto problem = check_seal(till, line)) return problem;
    std::string why;
    const auto body = parse(line.body, why);
    if (!body) return Problem{Damage::malformed_body, why};
    if (auto problem = check_shape(*body)) return problem;
    if (auto problem = check_epoch(till, line, *body)) return problem;
    const std::string& kind = body->find("kind")->text;
    if (auto problem = check_amounts(till, kind, *body)) return problem;
    if (auto problem = remember(till, line, kind, *body->find("data"))) return problem;
    if (auto problem = change_key(till, line, kind, *body->find("data"))) return problem;
    till.totals = totals_in(*body);
    return check_district(till, district, line, kind, *body->find("data"));
}

// Lines of an earlier run, until the branch goes on.
bool checked_before(TillState& state, const Line& line) {
    if (!state.resumed) return false;
    if (state.steps.empty())  // a state that held no more than places
        return state.epochs.contains(line.epoch) && (line.epoch != state.epoch || line.seq <= state.seq);
    return comes_again(state, line.hash);
}

// Of the step at this place, within its till.
std::string step_name(const TillState& state, std::size_t place) {
    const Step& step = state.steps[place];
    return state.epoch_names[step.epoch] + "/" + std::to_string(step.seq);
}

std::string name_of_entry(const Line& line) { return line.till + "/" + line.epoch + "/" + std::to_string(line.seq); }

}  // namespace

const char* name_of(Damage damage) {
    static constexpr const char* kNames[] = {
        "malformed_line", "unknown_till",    "broken_chain", "wrong_sequence", "wrong_hash",   "wrong_signature",
        "malformed_body", "misplaced_epoch", "wrong_parent", "wrong_key",      "wrong_totals", "unbalanced",
        "repeated_epoch", "unknown_target",  "taken_back_twice", "missing_end",
        "wrong_key_change", "wrong_countersignature", "wrong_root", "root_conflict", "missing_entry",
        "forgotten_root", "branch"};
    return kNames[static_cast<std::size_t>(damage)];
}

std::optional<Line> read_line(std::string_view text, std::string& problem) {
    Line line;
    Reader reader(text);
    const bool spelled = reader.literal("{\"till\":") && reader.text(line.till) && reader.literal(",\"epoch\":") &&
                         reader.text(line.epoch) && reader.literal(",\"seq\":") && reader.number(line.seq) &&
                         reader.literal(",\"prev\":") && reader.text(line.prev) && reader.literal(",\"hash\":") &&
                         reader.text(line.hash) && reader.literal(",\"sig\":") && reader.text(line.sig) &&
                         reader.literal(",\"body\":") && reader.text(line.body) && reader.literal("}");
    problem = reader.problem();
    if (!spelled) return std::nullopt;
    problem = "an id, number or hexadecimal text that the format does not allow";
    const auto is_id = [](const std::string& id) { return !id.empty() && id.size() <= kLongestId; };
    if (!reader.at_end() || !is_id(line.till) || !is_id(line.epoch) || line.seq < 1 || line.body.size() > kLongestBody ||
        !is_hex(line.prev, 64) || !is_hex(line.hash, 64) || !is_hex(line.sig, 128))
        return std::nullopt;
    return line;
}

bool Verifier::trust(const std::string& till, const std::string& key_hex) {
    if (!is_hex(key_hex, 64)) return false;
    TillState& state = tills_[till];
    if (!state.first_key.empty()) return state.first_key == key_hex;
    state.key = state.first_key = key_hex;
    return true;
}

void Verifier::expect(const std::string& till, const std::string& epoch, std::int64_t seq, const std::string& hash) {
    heads_.push_back({till, epoch, hash, seq, false});
}

std::optional<Finding> Verifier::take(std::string_view text) {
    std::string problem;
    const auto line = read_line(text, problem);
    if (!line) return Finding{Damage::malformed_line, "", "", problem};
    const auto found = tills_.find(line->till);
    if (found == tills_.end()) return Finding{Damage::unknown_till, line->till, name_of_entry(*line), "no key was given for this till"};
    TillState& main = found->second;
    see_point(*line);
    if (main.broken) return std::nullopt;
    const auto states = states_of(line->till);
    for (TillState* const state : states)
        if (state->hash == line->prev) return follow(main, *state, *line);
    for (TillState* const state : states)
        if (checked_before(*state, *line)) return std::nullopt;
    return follow_branch(main, states, *line);
}

std::vector<TillState*> Verifier::states_of(const std::string& till) {
    std::vector<TillState*> states{&tills_.at(till)};
    for (TillState& state : branches_[till]) states.push_back(&state);
    return states;
}

// The line goes on at the end of this branch.
std::optional<Finding> Verifier::follow(TillState& main, TillState& state, const Line& line) {
    state.resumed = false;
    std::optional<Finding> beside;
    if (const auto wrong = check_entry(state, district_, line)) {
        beside = Finding{wrong->damage, line.till, name_of_entry(line), wrong->what};
        main.broken = breaks_the_chain(wrong->damage);
        if (main.broken) return beside;
    }
    add_step(state, line);
    state.epoch = line.epoch;
    state.seq = line.seq;
    state.hash = line.hash;
    state.epochs.insert(line.epoch);
    ++state.entries;
    see_head(line);
    return beside;
}

// It follows an entry that another follows already, or none at all.
std::optional<Finding> Verifier::follow_branch(TillState& main, const std::vector<TillState*>& states, const Line& line) {
    const auto broken = [&](const char* what) {
        main.broken = true;
        return Finding{Damage::broken_chain, line.till, name_of_entry(line), what};
    };
    for (const TillState* const state : states)
        if (place_of(*state, line.hash)) return broken("the entry was there before");
    const bool begins = line.prev == std::string(64, '0');
    for (const TillState* const state : states) {
        const auto base = place_of(*state, line.prev);
        if (!base && !begins) continue;
        TillState fresh = cut_behind(*state, base);
        if (auto wrong = follow(main, fresh, line)) return wrong;
        const std::string from = begins ? "it begins the chain once more" : "it follows " + step_name(*state, *base) + " beside another entry";
        branches_[line.till].push_back(std::move(fresh));
        return Finding{Damage::branch, line.till, name_of_entry(line), from + "; both are followed"};
    }
    return broken("prev is not the hash of the entry before");
}

void Verifier::see_head(const Line& line) {
    for (auto& head : heads_)
        if (head.till == line.till && head.epoch == line.epoch && head.seq == line.seq && head.hash == line.hash) head.seen = true;
}

// With another hash it stays among those that were not seen.
void Verifier::see_point(const Line& line) {
    const auto point = points_.find({{line.till, line.epoch}, line.seq});
    if (point != points_.end() && point->second.hash == line.hash) points_.erase(point);
}

bool Verifier::trust_district(const std::string& key_hex) {
    if (!is_hex(key_hex, 64)) return false;
    district_.key = key_hex;
    return true;
}

std::optional<Finding> Verifier::take_root(std::string_view text) {
    std::string why;
    const auto root = parse(text, why);
    if (!root) return Finding{Damage::malformed_line, "", "", why};
    const Json* points = root->find("points");
    const bool bare = points != nullptr && points->kind == Json::Kind::number;
    if (const std::string wrong = misfit(*root, bare ? kBareRootShape : kRootShape); !wrong.empty())
        return Finding{Damage::malformed_line, "", "", wrong};
    const std::int64_t number = root->find("number")->number;
    const std::string name = "root/" + std::to_string(number);
    const std::string digest = root_digest(*root, bare ? points->number : static_cast<std::int64_t>(points->items.size()));
    const auto& roots = district_.roots;
    const std::string before = roots.empty() ? std::string(64, '0') : roots.rbegin()->second;
    const std::int64_t expected = roots.empty() ? 1 : roots.rbegin()->first + 1;
    district_.roots[number] = digest;
    // After it was restored a district leaves out the numbers that it may have forgotten.
    if (number < expected || root->find("prev")->text != before) return Finding{Damage::wrong_root, "", name, "it does not follow the root before"};
    if (!district_.key.empty() && !signed_by(district_.key, digest, root->find("signature")->text))
        return Finding{Damage::wrong_root, "", name, "it is not signed by the district"};
    if (bare) return std::nullopt;
    if (root_over(*points) != root->find("root")->text) return Finding{Damage::wrong_root, "", name, "it is not the root over its points"};
    for (const Json& point : points->items) {
        if (point.find("fork")->boolean) continue;
        points_[{{point.find("till")->text, point.find("epoch")->text}, point.find("seq")->number}] = {point.find("hash")->text, number};
    }
    return std::nullopt;
}

namespace {

// By an earlier run.
bool was_passed(const TillState& state, const std::string& epoch, std::int64_t seq) {
    return state.earlier.epochs.contains(epoch) && (epoch != state.earlier.epoch || seq <= state.earlier.seq);
}

}  // namespace

std::vector<Finding> Verifier::finish() const {
    std::vector<Finding> missing;
    for (const auto& head : heads_)
        if (!head.seen)
            missing.push_back({Damage::missing_end, head.till, head.till + "/" + head.epoch + "/" + std::to_string(head.seq),
                               "the export does not reach this entry with its hash"});
    for (const auto& [place, point] : points_) {
        const auto& [till, epoch] = place.first;
        const auto state = tills_.find(till);
        if (state == tills_.end()) continue;  // the export of one till says nothing of the others
        bool passed = was_passed(state->second, epoch, place.second);
        if (const auto more = branches_.find(till); more != branches_.end())
            for (const TillState& branch : more->second) passed = passed || was_passed(branch, epoch, place.second);
        if (!passed)
            missing.push_back({Damage::missing_entry, till, till + "/" + epoch + "/" + std::to_string(place.second),
                               "root " + std::to_string(point.root) + " covers this entry, and the export does not have it"});
    }
    return missing;
}

}  // namespace mulin::verify
