// Signatures of an upload: the expensive part, before anything is locked.

#include <algorithm>
#include <array>
#include <thread>

#include "sync/district/ingest.h"
#include "sync/journal/entry_json.h"
#include "sync/journal/hex.h"

namespace mulin::sync::server {
namespace {

constexpr std::size_t kLinesWorthAThread = 32;

void look_for_signer(CheckedLine& line, const std::vector<PublicKey>& keys) {
    std::array<std::uint8_t, 32> hash{};
    std::array<std::uint8_t, 64> signature{};
    if (!line.entry || !read_hex(line.entry->hash, hash) || !read_hex(line.entry->sig, signature)) return;
    // The newest key is the likely one.
    const auto signer = std::find_if(keys.rbegin(), keys.rend(), [&](const PublicKey& key) { return key.verify(hash, signature); });
    if (signer == keys.rend()) return;
    line.genuine = true;
    line.signed_by = signer->text();
}

CheckedLine check_line(const std::string& raw, const std::vector<PublicKey>& keys) {
    CheckedLine line{raw, std::nullopt, false, {}, std::nullopt};
    auto entry = parse_entry(raw);
    if (!entry) return line;
    line.entry = std::move(*entry);
    if (auto decoded = decode_body(line.entry->body)) line.decoded = std::move(*decoded);
    const auto hash = entry_hash(line.entry->key, line.entry->prev, line.entry->body);
    if (hash && *hash == line.entry->hash) look_for_signer(line, keys);
    return line;
}

// A key that one line names may have signed the lines behind it.
void follow_key_changes(std::vector<CheckedLine>& lines) {
    std::vector<PublicKey> named;
    for (CheckedLine& line : lines) {
        if (!named.empty() && !line.genuine && line.entry) {
            const auto hash = entry_hash(line.entry->key, line.entry->prev, line.entry->body);
            if (hash && *hash == line.entry->hash) look_for_signer(line, named);
        }
        const auto* change = line.genuine && line.decoded ? std::get_if<KeyChange>(&line.decoded->body) : nullptr;
        if (change == nullptr) continue;
        const auto former = PublicKey::from_hex(line.signed_by);
        if (former && is_genuine(*change, line.entry->key.till, *former)) named.push_back(*PublicKey::from_hex(change->public_key));
    }
}

}  // namespace

std::vector<CheckedLine> check_lines(const std::vector<std::string>& lines, const std::vector<std::string>& signing_keys) {
    std::vector<PublicKey> keys;
    for (const std::string& text : signing_keys) {
        if (auto key = PublicKey::from_hex(text)) keys.push_back(std::move(*key));
    }
    std::vector<CheckedLine> checked(lines.size());
    const auto check = [&](std::size_t from, std::size_t until) {
        for (std::size_t i = from; i < until; ++i) checked[i] = check_line(lines[i], keys);
    };
    // Signatures cost the most by far and know nothing of each other.
    const std::size_t cores = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 4);
    const std::size_t threads = std::clamp<std::size_t>(lines.size() / kLinesWorthAThread, 1, cores);
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < threads; ++i) {
        others.emplace_back(check, lines.size() * i / threads, lines.size() * (i + 1) / threads);
    }
    check(0, lines.size() / threads);
    for (std::thread& other : others) other.join();
    follow_key_changes(checked);
    return checked;
}

}  // namespace mulin::sync::server
