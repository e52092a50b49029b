#include "pos/app/phrases.h"

#include <optional>

#include "pos/app/assets.h"

namespace mulin::pos {
namespace {

using payment::ErrorCode;
using text::Msg;

std::optional<Msg> message_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::disk_full: return Msg::app_disk_full;
        case ErrorCode::disk: return Msg::app_disk;
        case ErrorCode::corrupt: return Msg::app_corrupt;
        case ErrorCode::network:
        case ErrorCode::timeout: return Msg::app_network;
        case ErrorCode::peer: return Msg::app_peer;
        default: return std::nullopt;
    }
}

struct CodeMessage {
    const char* code;
    Msg message;
};
constexpr CodeMessage kRefusals[] = {
    {"nothing_left", Msg::app_nothing_left},     {"training_sale", Msg::app_training_sale},
    {"too_many", Msg::app_too_many},
    {"unknown_diner", Msg::app_unknown_diner},   {"unknown_item", Msg::app_unknown_item},
    {"sold_out", Msg::app_sold_out},             {"price_changed", Msg::app_price_changed},
    {"unknown_code", Msg::app_unknown_code},     {"already_voided", Msg::app_already_voided},
    {"refund_unresolved", Msg::app_refund_unresolved}, {"same_person", Msg::app_same_person},
    {"unknown_approver", Msg::app_unknown_approver},   {"disk_full", Msg::app_disk_full},
    {"disk", Msg::app_disk},                     {"corrupt", Msg::app_corrupt},
    {"no_shift", Msg::app_no_shift},
};

}  // namespace

payment::Result<Phrases> Phrases::load() {
    const auto directory = assets_dir() / "text";
    MULIN_TRY(auto chinese, text::Catalogue::load(directory, text::Language::zh_cn));
    MULIN_TRY(auto english, text::Catalogue::load(directory, text::Language::en));
    return Phrases(std::move(chinese), std::move(english));
}

std::string Phrases::sentence(const payment::Error& error) const {
    const auto message = message_of(error.code);
    return message ? std::string(words()(*message)) : error.message;
}

std::string Phrases::sentence(const Refused& refused) const {
    for (const auto& known : kRefusals) {
        if (refused.code == known.code) return std::string(words()(known.message));
    }
    return refused.message;
}

}  // namespace mulin::pos
