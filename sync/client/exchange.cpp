#include "sync/client/exchange.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <nlohmann/json.hpp>

#include "sync/client/settle_cards.h"
#include "sync/client/software.h"
#include "sync/journal/entry_json.h"
#include "sync/store/district_word.h"
#include "sync/store/evidence.h"
#include "sync/store/lease_store.h"
#include "sync/wire/bundle.h"
#include "sync/wire/bundle_seal.h"
#include "sync/wire/fields.h"
#include "sync/wire/limits.h"
#include "sync/wire/messages.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr const char* kCursor = "sync.cursor";
constexpr const char* kIncarnation = "sync.incarnation";
constexpr const char* kServerTime = "sync.server_time_ms";
constexpr const char* kCheckedEpoch = "sync.checked_epoch";
constexpr int kMaxUploads = 20'000;
constexpr int kMaxRewinds = 3;
constexpr int kMaxBundles = 2'000;
constexpr int kDinersPerCall = 50;

payment::Error refused_by(const HttpAnswer& answer) {
    const auto refusal = parse_wire_refusal(answer.body);
    const std::string why = refusal ? refusal->message : "It answered with status " + std::to_string(answer.status) + ".";
    switch (answer.status) {
        case 401:
        case 403: return {ErrorCode::refused, why};
        case 400:
        case 404:
        case 405:
        case 413: return {ErrorCode::peer, "The district does not understand this till: " + why};
        default: return {ErrorCode::peer, "The district cannot work just now: " + why, true};
    }
}

class Exchange {
  public:
    Exchange(TerminalStore& store, const Enrolment& enrolment, Transport& transport, const payment::Clock& clock)
        : store_(store), enrolment_(enrolment), transport_(transport), clock_(clock) {}

    Result<ExchangeSummary> run();

  private:
    Result<HttpAnswer> call(const char* method, std::string path, std::string body);
    Result<std::string> setting(const char* key);

    Status prepare_leases();
    Status upload();
    Result<bool> upload_waiting(int& rewinds);
    Result<UploadReply> upload_batch(const std::vector<Entry>& entries);
    Result<std::vector<std::string>> lines_of(const std::vector<Entry>& entries);
    Status take_reply(const UploadReply& reply, const std::vector<Entry>& sent, bool& rewound);
    Status mark(const ChainPoint& point, const std::vector<Entry>& sent);
    Status walk_back(bool& rewound);
    Status note_ahead(const EpochId& epoch);
    Status begin_anew();
    Status keep_proofs(const UploadReply& reply);
    Status look_for(const ChainPoint& wanted);
    Status renew_when_due(UtcInstant server_time);
    Status check_new_epoch(bool& rewound);

    Status send_diners();
    Status download();
    Result<BundlePlace> place();
    void add_snapshot(const SiteSnapshot& from, DistrictData& data);
    void add_word(const Bundle& bundle, DistrictData& data);
    Status apply(const Bundle& bundle);
    Status note_server(const UploadReply& reply);

    TerminalStore& store_;
    const Enrolment& enrolment_;
    Transport& transport_;
    const payment::Clock& clock_;
    ExchangeSummary summary_;
    std::string incarnation_;
    std::vector<std::string> ahead_;  // settings that say an epoch was noted, once it is written down
    bool gap_stays_ = false;          // the district was asked for something that is not here
    bool checked_link_ = false;
};

Result<HttpAnswer> Exchange::call(const char* method, std::string path, std::string body) {
    HttpCall call;
    call.method = method;
    call.path = std::move(path);
    call.body = std::move(body);
    MULIN_TRY(auto answer, transport_.call(call));
    if (answer.status != 200 && answer.status != 204) return tl::make_unexpected(refused_by(answer));
    return answer;
}

Result<std::string> Exchange::setting(const char* key) {
    MULIN_TRY(const auto value, store_.setting(key));
    return value.value_or(std::string());
}

Result<std::vector<std::string>> Exchange::lines_of(const std::vector<Entry>& entries) {
    std::vector<std::string> lines;
    std::size_t bytes = 0;
    for (const Entry& entry : entries) {
        std::string line = print_entry(entry);
        if (!lines.empty() && bytes + line.size() > kUploadTargetBytes) break;
        bytes += line.size();
        lines.push_back(std::move(line));
    }
    return lines;
}

Result<UploadReply> Exchange::upload_batch(const std::vector<Entry>& entries) {
    UploadRequest request;
    request.till = enrolment_.till;
    request.incarnation = incarnation_;
    request.utc = clock_.utc();
    request.mono_ms = clock_.monotonic().ms;
    request.software = kSoftware;
    request.gap_stays = gap_stays_;
    MULIN_TRY(const auto root, store_.evidence().root());
    request.root = root ? root->number : 0;
    MULIN_TRY(request.lines, lines_of(entries));
    MULIN_TRY(const auto epochs, store_.epochs());
    for (const EpochState& epoch : epochs) {
        if (epoch.head_seq > 0) request.head = ChainPoint{epoch.epoch, epoch.head_seq, epoch.head_hash};
        if (epoch.acked_seq == 0) continue;
        MULIN_TRY(const auto entry, store_.entry({enrolment_.till, epoch.epoch, epoch.acked_seq}));
        if (entry) request.acked = ChainPoint{epoch.epoch, epoch.acked_seq, entry->hash};
    }
    MULIN_TRY(const auto answer, call("POST", "/v1/upload", print(request)));
    MULIN_TRY(auto reply, parse_upload_reply(answer.body));
    if (reply.till != enrolment_.till) return fail(ErrorCode::peer, "The district answered for another till.");
    summary_.uploaded += static_cast<std::int64_t>(request.lines.size());
    return reply;
}

Status Exchange::note_server(const UploadReply& reply) {
    summary_.server_time = reply.server_time;
    summary_.clock_ahead_ms = clock_.utc().ms - reply.server_time.ms;
    summary_.quarantined += reply.quarantined;
    summary_.forked += reply.forked;
    MULIN_TRY_STATUS(store_.set_setting(kServerTime, std::to_string(reply.server_time.ms)));
    return renew_when_due(reply.server_time);
}

// Best effort: until the certificate's grace time is over the next exchange may try as well.
Status Exchange::renew_when_due(UtcInstant server_time) {
    if (std::exchange(checked_link_, true) || enrolment_.dir.empty()) return payment::ok();
    MULIN_TRY_STATUS(note_time(enrolment_.dir, server_time));
    const auto due = renewal_is_due(enrolment_, server_time);
    if (due && *due && renew_certificate(enrolment_, transport_)) summary_.renewed = true;
    return payment::ok();
}

// What the district signed is written down only if it is really the district's.
Status Exchange::keep_proofs(const UploadReply& reply) {
    MULIN_TRY(const auto key, PublicKey::from_hex(enrolment_.bundle_key));
    Evidence evidence = store_.evidence();
    for (const Countersigned& close : reply.countersigned) {
        MULIN_TRY(const bool wanted, evidence.wants(close));
        if (!wanted || !is_genuine(close, enrolment_.till, key)) continue;
        MULIN_TRY_STATUS(evidence.keep(close));
        ++summary_.countersigned;
    }
    for (const DistrictRoot& root : reply.roots) {
        MULIN_TRY(const auto held, evidence.root());
        if ((held && digest_of(*held) == digest_of(root)) || !is_genuine(root, key)) continue;
        MULIN_TRY(const bool contradicts, evidence.keep(root));
        summary_.root_conflict = summary_.root_conflict || contradicts;
        ++summary_.roots;
    }
    return payment::ok();
}

// What the district holds counts only with our own hash at that place.
Status Exchange::mark(const ChainPoint& point, const std::vector<Entry>& sent) {
    const auto at = std::find_if(sent.begin(), sent.end(), [&](const Entry& entry) {
        return entry.key.epoch == point.epoch && entry.key.seq == point.seq;
    });
    if (at == sent.end()) return payment::ok();
    if (at->hash != point.hash) return fail(ErrorCode::peer, "The district confirmed something this till never sent.");
    MULIN_TRY_STATUS(store_.mark_acked(point.epoch, point.seq, point.hash));
    summary_.acked += at - sent.begin() + 1;
    return payment::ok();
}

// The district holds entries of ours that we do not have: this data was restored, or somebody else has
// a copy of it. Said once for each epoch.
Status Exchange::note_ahead(const EpochId& epoch) {
    const std::string key = "sync.ahead/" + epoch.text();
    MULIN_TRY(const auto noted, setting(key.c_str()));
    if (!noted.empty()) return payment::ok();
    summary_.amnesia = true;
    ahead_.push_back(key);
    return payment::ok();
}

// Somebody else has written under this name, or this data came from a backup: go on under a new epoch, so that no
// number is used twice. It is written at once: the reason would not outlive the process.
Status Exchange::begin_anew() {
    const std::string what = summary_.forked > 0 ? "The district holds other entries under numbers of this till."
                                                 : "The district holds entries of this till that the till does not have.";
    MULIN_TRY_STATUS(store_.evidence().begin_anew("amnesia", what));
    for (const std::string& key : ahead_) MULIN_TRY_STATUS(store_.set_setting(key, "noted"));
    ahead_.clear();
    return payment::ok();
}

// Asked for an entry that this till does not have: nobody will ever bring it.
Status Exchange::look_for(const ChainPoint& wanted) {
    MULIN_TRY(const auto entry, store_.entry({enrolment_.till, wanted.epoch, wanted.seq}));
    gap_stays_ = gap_stays_ || !entry;
    return payment::ok();
}

// A new epoch means that the program was started anew, perhaps on restored data: compare once.
Status Exchange::check_new_epoch(bool& rewound) {
    MULIN_TRY(const auto epochs, store_.epochs());
    if (epochs.empty()) return payment::ok();
    const std::string newest = epochs.back().epoch.text();
    MULIN_TRY(const auto checked, setting(kCheckedEpoch));
    if (checked == newest) return payment::ok();
    MULIN_TRY_STATUS(walk_back(rewound));
    return store_.set_setting(kCheckedEpoch, newest);
}

// The district was restored from a backup, or asks for something that we thought it had: compare
// every epoch, and hand back what it lacks.
Status Exchange::walk_back(bool& rewound) {
    MULIN_TRY(const auto answer, call("GET", "/v1/head", ""));
    MULIN_TRY(const auto head, parse_head_reply(answer.body));
    std::map<EpochId, ChainPoint> held;
    for (const ChainPoint& point : head.epochs) held[point.epoch] = point;
    MULIN_TRY(const auto epochs, store_.epochs());
    for (const EpochState& epoch : epochs) {
        const auto at = held.find(epoch.epoch);
        const std::int64_t there = at == held.end() ? 0 : at->second.seq;
        if (there > epoch.head_seq) MULIN_TRY_STATUS(note_ahead(epoch.epoch));
        if (there < epoch.acked_seq) {
            MULIN_TRY_STATUS(store_.rewind_acked(epoch.epoch, there));
            rewound = true;
        }
        held.erase(epoch.epoch);
    }
    for (const auto& [unknown, point] : held) MULIN_TRY_STATUS(note_ahead(unknown));
    return payment::ok();
}

Status Exchange::take_reply(const UploadReply& reply, const std::vector<Entry>& sent, bool& rewound) {
    MULIN_TRY_STATUS(note_server(reply));
    for (const ChainPoint& point : reply.epochs) MULIN_TRY_STATUS(mark(point, sent));
    MULIN_TRY_STATUS(keep_proofs(reply));
    const bool asked_before = gap_stays_;
    if (reply.want) MULIN_TRY_STATUS(look_for(*reply.want));
    if (gap_stays_ && !asked_before) {
        rewound = true;  // the same again, with that word
        return payment::ok();
    }
    bool behind = reply.want.has_value();
    if (sent.empty()) {
        MULIN_TRY(const auto epochs, store_.epochs());
        for (const EpochState& epoch : epochs) {
            for (const ChainPoint& point : reply.epochs) {
                if (point.epoch != epoch.epoch) continue;
                behind = behind || point.seq < epoch.acked_seq;
                if (point.seq > epoch.head_seq) MULIN_TRY_STATUS(note_ahead(epoch.epoch));
            }
        }
    }
    if (behind || reply.incarnation != incarnation_) {
        MULIN_TRY_STATUS(walk_back(rewound));
        incarnation_ = reply.incarnation;
    }
    return payment::ok();
}

// True when nothing waits any more; false when the district keeps asking or does not confirm.
Result<bool> Exchange::upload_waiting(int& rewinds) {
    for (int i = 0; i < kMaxUploads && rewinds <= kMaxRewinds; ++i) {
        MULIN_TRY(const auto entries, store_.pending_entries(static_cast<int>(kMaxEntriesPerUpload)));
        if (entries.empty() && i > 0) return true;
        const std::int64_t acked_before = summary_.acked;
        MULIN_TRY(const auto reply, upload_batch(entries));
        bool rewound = false;
        MULIN_TRY_STATUS(take_reply(reply, entries, rewound));
        if (rewound) {
            summary_.rewound = true;
            ++rewinds;
        } else if (summary_.acked == acked_before) {
            return entries.empty();
        }
    }
    return false;
}

Status Exchange::upload() {
    int rewinds = 0;
    MULIN_TRY(bool done, upload_waiting(rewinds));
    bool rewound = false;
    if (done) MULIN_TRY_STATUS(check_new_epoch(rewound));
    if (rewound) {
        summary_.rewound = true;
        MULIN_TRY(done, upload_waiting(rewinds));
    }
    if (done) return payment::ok();
    return fail(ErrorCode::peer, "The district takes entries but does not confirm them; ask the district.", true);
}

Status Exchange::send_diners() {
    for (int i = 0; i < kMaxUploads; ++i) {
        MULIN_TRY(const auto waiting, store_.waiting_diners(kDinersPerCall));
        if (waiting.empty()) return payment::ok();
        DinersRequest request;
        request.till = enrolment_.till;
        for (const WaitingDiner& diner : waiting) request.diners.push_back({diner.diner, diner.cards});
        MULIN_TRY(const auto answer, call("POST", "/v1/diners", print(request)));
        MULIN_TRY(const auto reply, parse_diners_reply(answer.body));
        if (reply.diners.size() != waiting.size()) return fail(ErrorCode::peer, "The district did not answer for every diner.");
        for (const WaitingDiner& diner : waiting) MULIN_TRY_STATUS(store_.mark_diner_uploaded(diner.id));
        summary_.diners_up += static_cast<std::int64_t>(waiting.size());
    }
    return payment::ok();
}

void Exchange::add_snapshot(const SiteSnapshot& from, DistrictData& data) {
    std::vector<PolicyText> policies;
    for (const PolicyDocument& policy : from.policies) policies.push_back({policy.name, policy.text});
    data.snapshot = DistrictSnapshot{{from.site}, from.subdistricts, from.vendors, from.staff, from.menus, std::move(policies)};
    data.settings.emplace_back(kOfflineCardDay, std::to_string(from.card_rules.offline_card_day.in_fen()));
    data.settings.emplace_back(kOfflineTillDay, std::to_string(from.card_rules.offline_till_day.in_fen()));
    summary_.snapshot = true;
}

void Exchange::add_word(const Bundle& bundle, DistrictData& data) {
    data.settings.emplace_back(word::kHeard, std::to_string(bundle.issued_at.ms));
    data.settings.emplace_back(word::kOfflineHours, std::to_string(bundle.allowance.hours));
    data.settings.emplace_back(word::kOfflinePersons, std::to_string(bundle.allowance.persons));
    if (bundle.more) return;
    const std::int64_t until = bundle.not_after ? bundle.not_after->ms : bundle.issued_at.ms + kWordLastsMs;
    data.settings.emplace_back(word::kHoldsUntil, std::to_string(until));
}

// One transaction, the cursor in it: a till never has half a bundle.
Status Exchange::apply(const Bundle& bundle) {
    DistrictData data;
    data.diners = bundle.diners;
    data.cards = bundle.cards;
    data.leases = bundle.leases;
    data.gone = bundle.gone;
    data.denied = bundle.denied;
    data.verdicts = bundle.verdicts;
    data.whole = bundle.from == 0;
    data.incarnation = bundle.incarnation;
    data.change = bundle.to;
    data.issued_at = bundle.issued_at;
    data.settings = {{kIncarnation, bundle.incarnation}, {kCursor, std::to_string(bundle.to)}};
    add_word(bundle, data);
    if (bundle.snapshot) add_snapshot(*bundle.snapshot, data);
    MULIN_TRY_STATUS(store_.apply(data));
    summary_.diners_down += static_cast<std::int64_t>(bundle.diners.size());
    summary_.cards_down += static_cast<std::int64_t>(bundle.cards.size());
    summary_.leases_down += static_cast<std::int64_t>(bundle.leases.size());
    summary_.denied_down += static_cast<std::int64_t>(bundle.denied.size());
    summary_.verdicts_down += static_cast<std::int64_t>(bundle.verdicts.size());
    return payment::ok();
}

Result<BundlePlace> Exchange::place() {
    BundlePlace here{enrolment_.district, enrolment_.till, enrolment_.site, {}, 0, {}};
    MULIN_TRY(here.incarnation, setting(kIncarnation));
    for (const auto& [key, into] : {std::pair(kCursor, &here.cursor), std::pair(word::kHeard, &here.heard.ms)}) {
        MULIN_TRY(const auto text, setting(key));
        std::from_chars(text.data(), text.data() + text.size(), *into);
    }
    return here;
}

Status Exchange::download() {
    MULIN_TRY(const auto key, PublicKey::from_hex(enrolment_.bundle_key));
    for (int i = 0; i < kMaxBundles; ++i) {
        MULIN_TRY(const auto here, place());
        MULIN_TRY(const auto answer, call("GET", "/v1/down?cursor=" + std::to_string(here.cursor) + "&incarnation=" +
                                                     here.incarnation + "&heard=" + std::to_string(here.heard.ms), ""));
        if (answer.status == 204) return payment::ok();
        MULIN_TRY(const auto sealed, parse_signed_bundle(answer.body));
        if (!bundle_is_genuine(sealed, key)) {
            return fail(ErrorCode::peer, "The district's data was not applied: its signature is wrong. The data in use stays.");
        }
        MULIN_TRY(const auto bundle, parse_bundle(sealed.text));
        MULIN_TRY_STATUS(check_bundle_order(bundle, here));
        MULIN_TRY_STATUS(apply(bundle));
        if (!bundle.more) return payment::ok();
    }
    return payment::ok();
}

// What is finished goes back before the district looks at its pools; what it grants needs an epoch.
Status Exchange::prepare_leases() {
    const Date today = payment::china_date(clock_.utc());
    MULIN_TRY_STATUS(store_.leases().return_finished(today));
    MULIN_TRY_STATUS(store_.leases().open_epoch(today));
    return payment::ok();
}

Result<ExchangeSummary> Exchange::run() {
    MULIN_TRY(incarnation_, setting("sync.seen_incarnation"));
    MULIN_TRY_STATUS(prepare_leases());
    MULIN_TRY_STATUS(upload());
    MULIN_TRY_STATUS(store_.set_setting("sync.seen_incarnation", incarnation_));
    if (summary_.amnesia || summary_.forked > 0) {
        MULIN_TRY_STATUS(begin_anew());
        MULIN_TRY_STATUS(upload());
    }
    MULIN_TRY_STATUS(send_diners());
    MULIN_TRY_STATUS(download());
    // A district that will not take them just now gets them next time: they stay untold.
    if (const auto settled = settle_cards(store_, enrolment_, transport_, clock_)) summary_.card_bookings = settled->told;
    MULIN_TRY_STATUS(store_.set_last_exchange({clock_.utc().ms - summary_.clock_ahead_ms}));
    MULIN_TRY(const auto state, store_.sync_state());
    summary_.waiting = state.waiting;
    summary_.waiting_diners = state.waiting_diners;
    return summary_;
}

}  // namespace

Result<ExchangeSummary> exchange_once(TerminalStore& store, const Enrolment& enrolment, Transport& transport,
                                      const payment::Clock& clock) {
    return Exchange(store, enrolment, transport, clock).run();
}

std::string summary_json(const ExchangeSummary& summary) {
    return json_text({{"uploaded", summary.uploaded},
                      {"acked", summary.acked},
                      {"quarantined", summary.quarantined},
                      {"forked", summary.forked},
                      {"diners_up", summary.diners_up},
                      {"diners_down", summary.diners_down},
                      {"cards_down", summary.cards_down},
                      {"card_bookings", summary.card_bookings},
                      {"leases_down", summary.leases_down},
                      {"denied_down", summary.denied_down},
                      {"verdicts_down", summary.verdicts_down},
                      {"snapshot", summary.snapshot},
                      {"rewound", summary.rewound},
                      {"amnesia", summary.amnesia},
                      {"renewed", summary.renewed},
                      {"countersigned", summary.countersigned},
                      {"roots", summary.roots},
                      {"root_conflict", summary.root_conflict},
                      {"waiting", summary.waiting},
                      {"waiting_diners", summary.waiting_diners},
                      {"server_time", payment::to_rfc3339(summary.server_time)},
                      {"clock_ahead_ms", summary.clock_ahead_ms}});
}

}  // namespace mulin::sync
