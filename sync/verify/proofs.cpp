#include "sync/verify/proofs.h"

#include "sync/verify/seal.h"

namespace mulin::verify {
namespace {

std::string domain(const char* name) { return std::string(name) + '\0'; }

std::string leaf_over(const Json& point) {
    std::string message(1, '\0');
    append_counted(message, point.find("till")->text, 2);
    append_counted(message, point.find("epoch")->text, 2);
    append_number(message, static_cast<std::uint64_t>(point.find("seq")->number), 8);
    return sha256_hex(message + bytes_of(point.find("hash")->text));
}

// The largest power of two below n (RFC 6962, section 2.1).
std::size_t left_part(std::size_t n) {
    std::size_t k = 1;
    while (k * 2 < n) k *= 2;
    return k;
}

std::string tree_over(const std::vector<Json>& points, std::size_t from, std::size_t until) {
    if (until == from) return sha256_hex("");
    if (until - from == 1) return leaf_over(points[from]);
    const std::size_t middle = from + left_part(until - from);
    return sha256_hex("\x01" + bytes_of(tree_over(points, from, middle)) + bytes_of(tree_over(points, middle, until)));
}

}  // namespace

std::string wrong_key_change(const std::string& till, const std::string& former_key, const Json& data) {
    const std::string& fresh = data.find("public_key")->text;
    std::string message = domain("mulin.journal.key.v1");
    append_counted(message, till, 2);
    message += bytes_of(former_key) + bytes_of(fresh);
    if (fresh == former_key) return "the new key is the one before";
    return signed_by(fresh, sha256_hex(message), data.find("proof")->text) ? "" : "the new key has not signed for the change";
}

std::string wrong_countersignature(const TillState& state, const std::string& till, const std::string& district_key, const Json& data) {
    const std::string& epoch = data.find("epoch")->text;
    const std::int64_t seq = data.find("seq")->number;
    const auto close = state.closes.find({epoch, seq});
    if (close == state.closes.end()) return "what the district signed is no close of this chain";
    if (close->second != data.find("hash")->text) return "the district signed another close than the chain has";
    if (district_key.empty()) return "";
    std::string message = domain("mulin.district.close.v1");
    append_counted(message, till, 2);
    append_counted(message, epoch, 2);
    append_number(message, static_cast<std::uint64_t>(seq), 8);
    message += bytes_of(data.find("hash")->text);
    append_counted(message, data.find("at")->text, 2);
    return signed_by(district_key, sha256_hex(message), data.find("signature")->text) ? "" : "the signature under the close is not the district's";
}

std::string root_digest(const Json& root, std::int64_t points) {
    std::string message = domain("mulin.district.root.v1");
    append_number(message, static_cast<std::uint64_t>(root.find("number")->number), 8);
    append_counted(message, root.find("at")->text, 2);
    message += bytes_of(root.find("prev")->text) + bytes_of(root.find("root")->text);
    append_number(message, static_cast<std::uint64_t>(points), 8);
    return sha256_hex(message);
}

std::string root_over(const Json& points) { return tree_over(points.items, 0, points.items.size()); }

}  // namespace mulin::verify
