#include "sync/verify/shape.h"

#include <algorithm>
#include <map>

namespace mulin::verify {
namespace {

#define BENEFIT_SHAPE "[amount_fen:m name_en:t name_zh:t payers:[amount_fen:m payer:t] rule:t]"
#define PAYMENT_SHAPE \
    "[amount_fen:m attempt:t change_fen:m channel:t discounts:[amount_fen:m sponsor:t] given_fen:m method:t outcome:t]"
#define USE_SHAPE "[amount_fen:n key:t lease?:t returns_on_void:b uses:n]"
#define TARGET_SHAPE "{epoch:t seq:m till:t}"
#define SPENT_SHAPE "{amount_fen:m uses:m}"

const std::map<std::string_view, std::string_view> kShapes = {
    {"epoch_open", "parent:P{epoch:t hash:h seq:m} public_key:h reason:t software:t"},
    {"sale",
     "at:i benefits:" BENEFIT_SHAPE " cash_rounding_fen:n cashier:t category:t clock_suspect:b delivery_fen:m diner:T "
     "lines:[amount_fen:m item:t item_class:t name_en:t name_zh:t quantity:m unit_price_fen:m weight_g:m] list_fen:m meal:t "
     "operator_amounts:[amount_fen:m payer:t rule:t] overridden_by?:t paid_fen:m payments:" PAYMENT_SHAPE " policy_version:t "
     "provisional?:b ref:t rules_out_of_date?:b service:t shift:t site:t subdistrict:t training:b uses:" USE_SHAPE " vendor:t"},
    {"void", "approver:t at:i cashier:t reason:t ref:t shift:t target:" TARGET_SHAPE},
    {"refund",
     "approver:t at:i benefits:" BENEFIT_SHAPE " cash_rounding_fen:n cashier:t delivery_fen:m given_back:" USE_SHAPE
     " lines:[amount_fen:m line:m quantity:m] paid_fen:m payments:[amount_fen:m attempt:t channel:t method:t refund:t] reason:t "
     "ref:t shift:t site:t target:" TARGET_SHAPE " whole:b"},
    {"top_up",
     "account_ref:t amount_fen:m at:i card:h card_last4:t cash_rounding_fen:n cashier:t payments:" PAYMENT_SHAPE
     " ref:t shift:t site:t training:b"},
    {"lease_return", "key:t lease:t reason:t serial:n spent:" SPENT_SHAPE " unspent:" SPENT_SHAPE},
    {"shift_open", "at:i cashier:t drawer_float_fen:n shift:t site:t"},
    {"shift_close",
     "at:i cash_counted_fen:N cashier:t shift:t totals:{benefit_fen:m cash_due_fen:n list_fen:m paid_fen:m sales:m voids:m}"},
    {"note", "kind:t text:t"},
    {"key_change", "proof:s public_key:h"},
    {"countersigned", "at:i epoch:t hash:h seq:m signature:s"},
    {"district_root", "at:i number:m points:m prev:h root:h signature:s"},
};

bool digits_at(std::string_view text, std::string_view pattern) {
    return text.size() == pattern.size() &&
           std::equal(text.begin(), text.end(), pattern.begin(),
                      [](char c, char p) { return p == '0' ? (c >= '0' && c <= '9') : c == p; });
}

bool is_instant(std::string_view text) {
    return digits_at(text, "0000-00-00T00:00:00+08:00") || digits_at(text, "0000-00-00T00:00:00.000+08:00");
}

// The bracketed part that starts at text[0], with its brackets.
std::string_view bracketed(std::string_view text) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{' || text[i] == '[') ++depth;
        if ((text[i] == '}' || text[i] == ']') && --depth == 0) return text.substr(0, i + 1);
    }
    return text;
}

bool fits_letter(const Json& value, char letter) {
    const bool text = value.kind == Json::Kind::text;
    const bool number = value.kind == Json::Kind::number;
    switch (letter) {
        case 't': return text;
        case 'T': return text || value.kind == Json::Kind::null;
        case 'n': return number;
        case 'N': return number || value.kind == Json::Kind::null;
        case 'm': return number && value.number >= 0;
        case 'b': return value.kind == Json::Kind::boolean;
        case 'h': return text && is_hex(value.text, 64);
        case 's': return text && is_hex(value.text, 128);
        case 'i': return text && is_instant(value.text);
        case 'd': return text && digits_at(value.text, "0000-00-00");
        case 'o': return value.kind == Json::Kind::object;
        default: return false;
    }
}

std::string misfit_in_list(const Json& list, std::string_view shape) {
    if (list.kind != Json::Kind::list) return "is not a list";
    for (const auto& item : list.items)
        if (auto problem = misfit(item, shape); !problem.empty()) return problem;
    return {};
}

// Compares one value with the shape at the head of `rest`, which is moved on past it.
std::string misfit_of_value(const Json& value, std::string_view& rest) {
    const bool nullable = rest[0] == 'P';
    if (nullable) rest.remove_prefix(1);
    if (rest[0] != '{' && rest[0] != '[') {
        const char letter = rest[0];
        rest.remove_prefix(1);
        return fits_letter(value, letter) ? "" : "is not of its kind";
    }
    const std::string_view part = bracketed(rest);
    rest.remove_prefix(part.size());
    if (nullable && value.kind == Json::Kind::null) return {};
    const std::string_view inner = part.substr(1, part.size() - 2);
    return part[0] == '[' ? misfit_in_list(value, inner) : misfit(value, inner);
}

}  // namespace

const std::string_view kRootShape =
    "at:i number:m points:[epoch:t fork:b hash:h seq:m till:t] prev:h root:h signature:s";
const std::string_view kBareRootShape = "at:i number:m points:m prev:h root:h signature:s";
const std::string_view kBodyShape =
    "at:i business_date:d data:o kind:t mono_ms:n suite:n totals:{benefit_fen:m list_fen:m paid_fen:m sales:m voids:m} v:n";

bool is_hex(std::string_view text, std::size_t digits) {
    return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::string_view shape_of(std::string_view kind) {
    const auto found = kShapes.find(kind);
    return found == kShapes.end() ? std::string_view{} : found->second;
}

std::string misfit(const Json& object, std::string_view shape) {
    if (object.kind != Json::Kind::object) return "an object is missing";
    std::size_t at = 0;
    while (!shape.empty()) {
        const auto colon = shape.find(':');
        std::string_view key = shape.substr(0, colon);
        const bool optional = key.ends_with('?');
        if (optional) key.remove_suffix(1);
        shape.remove_prefix(colon + 1);
        const bool here = at < object.members.size() && object.members[at].first == key;
        if (!here && !optional) return "the key " + std::string(key) + " is missing";
        static const Json kNothing;
        const std::string problem = misfit_of_value(here ? object.members[at].second : kNothing, shape);
        if (here && !problem.empty()) return std::string(key) + ": " + problem;
        if (here) ++at;
        if (!shape.empty()) shape.remove_prefix(1);
    }
    return at == object.members.size() ? "" : "the key " + object.members[at].first + " does not belong here";
}

}  // namespace mulin::verify
