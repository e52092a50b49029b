#include "sync/journal/entry_json.h"

#include <nlohmann/json.hpp>

namespace mulin::sync {
namespace {

using OrderedJson = nlohmann::ordered_json;

tl::unexpected<payment::Error> malformed(const std::string& why) {
    return payment::fail(payment::ErrorCode::corrupt, "This line is not a journal entry: " + why + ".");
}

}  // namespace

std::string print_entry(const Entry& entry) {
    OrderedJson j;
    j["till"] = entry.key.till.text();
    j["epoch"] = entry.key.epoch.text();
    j["seq"] = entry.key.seq;
    j["prev"] = entry.prev;
    j["hash"] = entry.hash;
    j["sig"] = entry.sig;
    j["body"] = entry.body;
    return j.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

Result<Entry> parse_entry(std::string_view line) {
    if (line.size() > 4 * kMaxBodyBytes) return malformed("it is too long");
    try {
        const OrderedJson j = OrderedJson::parse(line);
        const auto text = [&](const char* key) { return j.at(key).get_ref<const std::string&>(); };
        Entry entry{{TillId(text("till")), EpochId(text("epoch")), j.at("seq").get<std::int64_t>()},
                    text("prev"), text("hash"), text("sig"), text("body")};
        if (print_entry(entry) != line) return malformed("it is not in the one allowed form");
        return entry;
    } catch (const OrderedJson::exception& error) {
        return malformed(error.what());
    }
}

}  // namespace mulin::sync
