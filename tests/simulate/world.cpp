#include "tests/simulate/world.h"

#include <fstream>
#include <sstream>

#include "sync/client/transport_key.h"
#include "sync/policy/policy_set.h"
#include "sync/store/lease_store.h"
#include "sync/server/till_routes.h"
#include "sync/wire/enrolment_code.h"
#include "sync/wire/messages.h"

namespace mulin::sync::test {
namespace {

namespace fs = std::filesystem;
using payment::ErrorCode;
using payment::fail;

constexpr std::int64_t kStart = 1'773'114'300'000;
constexpr const char* kDistrict = "simulated";

void copy_folder(const fs::path& from, const fs::path& to) {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
}

std::string name_of_entry(const EntryKey& key) {
    return key.till.text() + "/" + key.epoch.text() + "/" + std::to_string(key.seq);
}

// The answer a server would give that holds everything.
HttpAnswer all_is_well(const UploadRequest& request, const std::string& incarnation, UtcInstant now) {
    UploadReply reply;
    reply.till = request.till;
    reply.incarnation = incarnation;
    reply.server_time = now;
    for (const std::string& line : request.lines) {
        const auto entry = parse_entry(line);
        reply.epochs = {{entry->key.epoch, entry->key.seq, entry->hash}};
    }
    return {200, print(reply)};
}

}  // namespace

SimTransport::SimTransport(World& world, const CurlOptions& options) : world_(world) {
    if (options.certificate.empty()) return;
    std::ifstream in(options.certificate);
    std::stringstream pem;
    pem << in.rdbuf();
    const auto sha256 = certificate_sha256(pem.str());
    if (sha256) identity_.certificate_sha256 = payment::hex(*sha256);
    const auto enrolment = load_enrolment(options.certificate.parent_path().parent_path());
    if (enrolment && *enrolment) {
        identity_.certificate_uri = std::string("spiffe://") + kDistrict + "/till/" + (*enrolment)->till.text();
    }
}

payment::Result<HttpAnswer> SimTransport::call(const HttpCall& call) {
    World& world = world_;
    server::HttpRequest request = identity_;
    request.method = call.method;
    request.target = call.path;
    request.body = call.body;
    const bool upload = call.path == "/v1/upload";
    if (world.chance(world.faults.replay_old) && !world.history.empty()) {
        world.counters.hit("replayed");
        world.deliver(world.history[world.random.below(world.history.size())]);
    }
    if (world.chance(world.faults.lose_request)) {
        world.counters.hit("request lost");
        const auto message = upload ? parse_upload_request(call.body) : Result<UploadRequest>(tl::make_unexpected(payment::Error{}));
        if (world.control == Control::lost_counts_as_done && message) return all_is_well(*message, message->incarnation, world.clock.utc());
        return fail(ErrorCode::network, "lost", true);
    }
    if (upload) world.note_sent(call.body);
    auto answer = world.deliver(request);
    world.history.push_back(request);
    if (world.history.size() > 40) world.history.pop_front();
    if (world.chance(world.faults.repeat)) {
        world.counters.hit("repeated");
        world.deliver(request);
    }
    if (world.chance(world.faults.lose_answer)) {
        world.counters.hit("answer lost");
        return fail(ErrorCode::timeout, "lost", true);
    }
    if (world.control != Control::none && upload) {
        const auto message = parse_upload_request(call.body);
        const auto reply = parse_upload_reply(answer.body);
        if (message && reply && (reply->want || message->lines.empty())) {
            return all_is_well(*message, message->incarnation.empty() ? reply->incarnation : message->incarnation, world.clock.utc());
        }
    }
    return answer;
}

World::World(std::uint64_t seed, Faults wanted, Control broken)
    : random(seed), clock({kStart}), faults(wanted), control(broken) {
    const auto made = server::District::create(folder_.path() / "server", {kDistrict, "区", "District", "key"}, clock, random);
    MULIN_CHECK(made.has_value());
    open_server();
    auto access = district_->access();
    database::Transaction transaction(access.database);
    Site site;
    site.id = SiteId("S1");
    site.name_zh = "点";
    site.name_en = "Site";
    site.subdistrict = "310110016000";
    site.vendor = VendorId("V3");
    site.kind = "canteen";
    MULIN_CHECK(access.directory.put(std::span(&site, 1)).has_value());
    MULIN_CHECK(transaction.commit().has_value());
}

World::~World() = default;

void World::open_server() {
    auto opened = server::District::open(folder_.path() / "server", clock, random);
    if (!opened) std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    MULIN_CHECK(opened.has_value());
    district_ = std::move(*opened);
}

HttpAnswer World::deliver(const server::HttpRequest& request) {
    clock.advance_ms(20);  // no two answers are of one moment
    const auto response = server::answer_till(*district_, request);
    return {response.status, response.body};
}

void World::join_again(SimTill& till) {
    const auto code = EnrolmentCode::make(random, district_->authority().sha256());
    {
        auto access = district_->access();
        database::Transaction transaction(access.database);
        MULIN_CHECK(access.tills.reserve(SiteId("S1"), code.secret, clock.utc()).has_value());
        MULIN_CHECK(transaction.commit().has_value());
    }
    const Faults keep = std::exchange(faults, Faults{});
    const auto joined = enroll(*till.store, till.dir, "https://sim", code.text(), [this](const CurlOptions& options) {
        return payment::Result<std::unique_ptr<Transport>>(std::make_unique<SimTransport>(*this, options));
    });
    faults = keep;
    if (!joined) std::fprintf(stderr, "%s\n", joined.error().message.c_str());
    MULIN_CHECK(joined.has_value());
    till.enrolment = *joined;
}

void World::add_till() {
    auto till = std::make_unique<SimTill>();
    till->dir = folder_.path() / ("till" + std::to_string(names_++));
    fs::create_directories(till->dir);
    till->clock.set_utc(clock.utc());
    if (faults.on_disks) {
        till->disk = std::make_unique<mulin::test::CrashDisk>(random.below(1'000'000'007));
        till->lies = chance(faults.lying_disk);
    }
    open_till(*till);
    join_again(*till);
    tills.push_back(std::move(till));
}

void World::open_till(SimTill& till) {
    StoreOptions options;
    if (till.disk) options.vfs = till.disk->vfs();
    auto opened = TerminalStore::open(till.dir.string(), till.clock, random, options);
    if (!opened) std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    MULIN_CHECK(opened.has_value());
    till.store = std::move(*opened);
}

void World::publish_pool(std::int64_t places) {
    const std::string text =
        R"({"$schema":"policy.schema.json","mulin_policy":1,"id":"pool","version":"1","name":{"zh":"共享","en":"Shared"},)"
        R"("source":"-","effective":{"from":"2026-01-01","through":null},"order":10,"limits":{"pool":{"per":"campaign",)"
        R"("for":"everyone","max_uses":)" + std::to_string(places) +
        R"(}},"rules":[{"id":"pool-3","name":{"zh":"立减","en":"Off"},"benefit":{"kind":"amount","amount_fen":300},)"
        R"("limits":["pool"],"payers":"district"}]})";
    const PolicyFile file{"pool.json", text};
    const auto rules = PolicySet::load(std::span(&file, 1));
    if (!rules) std::fprintf(stderr, "%s\n", rules.error().message.c_str());
    MULIN_CHECK(rules.has_value());
    pool = rules->pools(clock.utc(), Meal::lunch).front().key;
    const PolicyDocument document{file.name, file.text};
    auto access = district_->access();
    database::Transaction transaction(access.database);
    MULIN_CHECK(access.directory.replace_policies(std::span(&document, 1), clock.utc()).has_value());
    MULIN_CHECK(transaction.commit().has_value());
}

void World::sell(SimTill& till) { MULIN_CHECK(try_to_sell(till)); }

bool World::try_to_sell(SimTill& till) {
    Sale sale = plain_sale(1);
    sale.ref = "r" + std::to_string(names_++);
    sale.at = till.clock.utc();
    sale.business_date = payment::china_date(sale.at);
    sale.payments[0].attempt = payment::AttemptId("a" + sale.ref);
    if (!pool.empty()) {
        const auto lease = till.store->leases().best(pool);
        if (lease && *lease) sale.uses = {{pool, 1, Money::fen(300), true, (*lease)->lease}};
        counters.hit(lease && *lease ? "sold with a lease" : "sold without a lease");
    }
    const auto sold = till.store->commit_sale(sale);
    if (!sold) return false;
    till.sold.push_back(sold->key);
    ++till.sales;
    trace += "s";
    return true;
}

void World::undo(SimTill& till) {
    if (till.sold.empty()) return;
    VoidRecord record;
    record.target = till.sold.back();
    till.sold.pop_back();
    record.ref = "v" + std::to_string(names_++);
    record.at = till.clock.utc();
    record.business_date = payment::china_date(record.at);
    record.reason = "mistake";
    record.cashier = StaffId("C1");
    record.approver = StaffId("M1");
    record.shift = ShiftId("sh1");
    const auto undone = till.store->commit_void(record);
    if (undone) --till.sales;
    trace += undone ? "v" : "x";
}

bool World::exchange(SimTill& till) {
    CurlOptions options;
    options.certificate = till.dir / "keys" / "transport.crt";
    if (till.cut_off > 0) {
        counters.hit("cut off");
        return false;
    }
    SimTransport transport(*this, options);
    const auto summary = exchange_once(*till.store, till.enrolment, transport, till.clock);
    if (!summary) {
        trace += std::string("e(") + payment::error_code_name(summary.error().code) + ")";
        return false;
    }
    if (summary->rewound) counters.hit("walked back");
    if (summary->forked > 0) counters.hit("forked");
    if (summary->amnesia) counters.hit("amnesia");
    trace += "E" + std::to_string(summary->acked);
    return summary->waiting == 0;
}

void World::remember(SimTill& till) {
    MULIN_CHECK(till.store->export_entries([&](const Entry& entry) {
        made_.insert(print_entry(entry));
        return true;
    }));
}

// A lying disk may forget what has been sent already.
void World::note_sent(const std::string& body) {
    const auto message = parse_upload_request(body);
    if (!message) return;
    for (const std::string& line : message->lines) made_.insert(line);
}

void World::restart_till(SimTill& till) {
    till.store.reset();
    open_till(till);
    trace += "t";
}

// What the disk lost after saying that it had it: only a lying one may.
void World::forget_lost_sales(SimTill& till) {
    const auto head = *till.store->chain_head();
    std::set<std::string> held;
    MULIN_CHECK(till.store->export_entries([&](const Entry& entry) {
        held.insert(name_of_entry(entry.key));
        return true;
    }));
    const auto gone = std::erase_if(till.sold, [&](const EntryKey& key) { return !held.contains(name_of_entry(key)); });
    if (gone == 0) return;
    counters.hit("lying disk lost sales");
    if (!till.lies) lost_sales += static_cast<int>(gone);
    till.sales -= static_cast<int>(gone);
}

void World::cut_power(SimTill& till) {
    if (!till.disk) return;
    remember(till);
    till.disk->plan(mulin::test::DiskFault::power_cut, 1 + static_cast<std::int64_t>(random.below(40)));
    const bool selling = chance(70);
    for (int i = 0; i < 8 && !till.disk->fired(); ++i) {
        if (selling) {
            try_to_sell(till);
        } else {
            exchange(till);
        }
    }
    if (!till.disk->fired()) return till.disk->repair();
    counters.hit(selling ? "power cut while selling" : "power cut while exchanging");
    till.store.reset();
    till.disk->reboot();
    open_till(till);
    forget_lost_sales(till);
    trace += "p";
}

void World::set_clock(SimTill& till) {
    constexpr std::int64_t kDay = 86'400'000;
    const std::int64_t wrongs[] = {0, -kDay, 3'600'000, 3'650 * kDay, -clock.utc().ms};
    till.clock_wrong_ms = wrongs[random.below(std::size(wrongs))];
    counters.hit(till.clock_wrong_ms == 0 ? "clock right again" : "clock wrong");
    trace += "k";
}

void World::clone_till(const SimTill& till) {
    auto twin = std::make_unique<SimTill>();
    twin->dir = folder_.path() / ("till" + std::to_string(names_++));
    twin->enrolment = till.enrolment;
    auto& original = const_cast<SimTill&>(till);
    original.store.reset();
    copy_folder(till.dir, twin->dir);
    open_till(original);
    twin->clock.set_utc(clock.utc());
    open_till(*twin);
    tills.push_back(std::move(twin));
    counters.hit("cloned");
    trace += "c";
}

void World::backup_till(SimTill& till) {
    till.store.reset();
    copy_folder(till.dir, till.dir.string() + ".backup");
    open_till(till);
    trace += "b";
}

void World::restore_till(SimTill& till) {
    if (!fs::exists(till.dir.string() + ".backup")) return;
    remember(till);
    till.store.reset();
    copy_folder(till.dir.string() + ".backup", till.dir);
    open_till(till);
    till.sold.clear();
    counters.hit("till restored");
    trace += "r";
}

void World::restart_server() {
    district_.reset();
    open_server();
    trace += "S";
}

void World::backup_server() {
    district_.reset();
    copy_folder(folder_.path() / "server", folder_.path() / "server.backup");
    open_server();
    trace += "B";
}

void World::restore_server(bool whole_folder) {
    if (!fs::exists(folder_.path() / "server.backup")) return;
    district_.reset();
    const auto from = folder_.path() / "server.backup";
    const auto to = folder_.path() / "server";
    if (whole_folder) {
        copy_folder(from, to);
    } else {
        for (const char* tail : {"-wal", "-shm"}) fs::remove(to / ("district.db" + std::string(tail)));
        fs::copy_file(from / "district.db", to / "district.db", fs::copy_options::overwrite_existing);
    }
    open_server();
    counters.hit(whole_folder ? "server folder restored" : "server database restored");
    trace += "R";
}

void World::step() {
    while (tills.size() < 3) add_till();
    clock.advance_ms(1'000 + static_cast<std::int64_t>(random.below(60'000)));
    for (auto& each : tills) {
        each->clock.set_utc({clock.utc().ms + each->clock_wrong_ms});
        if (each->cut_off > 0) --each->cut_off;
    }
    SimTill& till = *tills[random.below(tills.size())];
    if (chance(faults.partition)) till.cut_off = 1 + static_cast<int>(random.below(30));
    if (chance(faults.clock_jump)) set_clock(till);
    if (till.lies && chance(10)) till.disk->lie(chance(50));
    if (chance(faults.power_cut)) return cut_power(till);
    const auto dice = random.below(100);
    if (dice < 45) return sell(till);
    if (dice < 50) return undo(till);
    if (dice < 84) return static_cast<void>(exchange(till));
    if (dice < 87) return restart_till(till);
    if (dice < 90) return restart_server();
    if (dice < 92) return backup_server();
    if (dice < 94) return allow_restores ? restore_server(chance(50)) : restart_server();
    if (!allow_clones) return sell(till);
    if (dice < 96) return backup_till(till);
    if (dice < 98) return restore_till(till);
    if (tills.size() < 5) clone_till(till);
}

bool World::settle() {
    faults = Faults{};
    for (auto& till : tills) {
        till->cut_off = 0;
        till->clock_wrong_ms = 0;
        till->clock.set_utc(clock.utc());
    }
    for (int round = 0; round < 6; ++round) {
        bool quiet = true;
        for (auto& till : tills) quiet = exchange(*till) && quiet;
        if (quiet && round > 0) return true;
    }
    return false;
}

std::set<std::string> World::on_tills() {
    std::set<std::string> lines;
    for (auto& till : tills) {
        remember(*till);
        MULIN_CHECK(till->store->export_entries([&](const Entry& entry) {
            lines.insert(print_entry(entry));
            return true;
        }));
    }
    return lines;
}

std::set<std::string> World::ever_made() {
    for (auto& till : tills) remember(*till);
    return made_;
}

std::set<std::string> World::on_server() {
    std::set<std::string> lines;
    auto access = district_->access();
    auto query = access.database.prepare(
        "SELECT till, epoch, seq, prev, hash, sig, body FROM entry WHERE kept = 1 UNION ALL "
        "SELECT till, epoch, seq, prev, hash, sig, body FROM fork_entry");
    while (*query.step()) {
        lines.insert(print_entry({{TillId(query.text(0)), EpochId(query.text(1)), query.number(2)},
                                  query.text(3), query.text(4), query.text(5), query.text(6)}));
    }
    return lines;
}

std::int64_t World::count(const char* sql) {
    auto access = district_->access();
    return *access.ledger.count(sql);
}

}  // namespace mulin::sync::test
