#include "pos/app/rules.h"

#include <charconv>

namespace mulin::pos {
namespace {

constexpr const char* kKept = "rules_kept";

payment::Result<sync::PolicySet> read_rules(const std::vector<sync::PolicyText>& texts) {
    std::vector<sync::PolicyFile> files;
    for (const auto& text : texts) files.push_back({text.name, text.text});
    return sync::PolicySet::load(files);
}

auto damaged() {
    return payment::fail(payment::ErrorCode::corrupt, "The rules kept on this till are damaged; exchange with the district.");
}

}  // namespace

std::string pack_policies(const std::vector<sync::PolicyText>& policies) {
    std::string packed;
    for (const auto& policy : policies)
        packed += policy.name + "\n" + std::to_string(policy.text.size()) + "\n" + policy.text;
    return packed;
}

payment::Result<std::vector<sync::PolicyText>> unpack_policies(const std::string& packed) {
    std::vector<sync::PolicyText> policies;
    std::size_t at = 0;
    while (at < packed.size()) {
        const auto name_end = packed.find('\n', at);
        const auto size_end = name_end == std::string::npos ? name_end : packed.find('\n', name_end + 1);
        if (size_end == std::string::npos) return damaged();
        std::size_t size = 0;
        const char* digits = packed.data() + name_end + 1;
        const auto [end, error] = std::from_chars(digits, packed.data() + size_end, size);
        if (error != std::errc() || end != packed.data() + size_end || size > packed.size() - size_end - 1) return damaged();
        policies.push_back({packed.substr(at, name_end - at), packed.substr(size_end + 1, size)});
        at = size_end + 1 + size;
    }
    return policies;
}

payment::Result<Rules> load_rules(sync::TerminalStore& store) {
    MULIN_TRY(const auto newest, store.policies());
    MULIN_TRY(const auto kept, store.setting(kKept));
    auto policies = read_rules(newest);
    if (policies) {
        const auto packed = pack_policies(newest);
        if (kept != packed) MULIN_TRY_STATUS(store.set_setting(kKept, packed));
        return Rules{std::move(*policies), ""};
    }
    if (!kept) return tl::make_unexpected(policies.error());
    MULIN_TRY(const auto older, unpack_policies(*kept));
    MULIN_TRY(auto former, read_rules(older));
    return Rules{std::move(former), policies.error().message};
}

}  // namespace mulin::pos
