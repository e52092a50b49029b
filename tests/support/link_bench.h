#pragma once
// A district and one enrolled till in one process, without sockets: the till's certificate goes with every call as
// TLS would have shown it. The clock is one for both, unless a test gives the till another.

#include <memory>

#include "sync/client/exchange.h"
#include "sync/client/transport_key.h"
#include "sync/district/district.h"
#include "sync/server/till_routes.h"
#include "sync/store/evidence.h"
#include "sync/wire/enrolment_code.h"
#include "sync/wire/messages.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"
#include "tests/support/sync_product.h"
#include "tests/support/wire_samples.h"

namespace mulin::sync::test {

// Shows the certificate that lay in the till's folder when it connected.
class DirectTransport : public Transport {
  public:
    DirectTransport(server::District& district, const CurlOptions& options) : district_(district), options_(options) { reconnect(); }
    payment::Result<HttpAnswer> call(const HttpCall& call) override {
        server::HttpRequest request = identity_;
        request.method = call.method;
        request.target = call.path;
        request.body = call.body;
        const auto answer = server::answer_till(district_, request);
        if (lose_next_answer && call.path == lose_next_answer) {
            lose_next_answer = nullptr;
            return payment::fail(payment::ErrorCode::network, "lost", true);
        }
        return HttpAnswer{answer.status, answer.body};
    }
    void reconnect() override {
        if (options_.certificate.empty()) return;
        const auto dir = options_.certificate.parent_path().parent_path();
        const auto sha256 = certificate_sha256(*read_private_file(options_.certificate));
        identity_.certificate_sha256 = payment::hex(*sha256);
        identity_.certificate_uri = "spiffe://d/till/" + (**load_enrolment(dir)).till.text();
    }

    const char* lose_next_answer = nullptr;  // of this path

  private:
    server::District& district_;
    CurlOptions options_;
    server::HttpRequest identity_;
};

class LinkBench {
  public:
    LinkBench() {
        clock.set_utc({1'773'114'300'000});
        MULIN_CHECK(server::District::create(folder.path() / "district", {"d", "区", "District", "key"}, clock, random, fresh_database()).has_value());
        open_district();
        const Site site = sample_bundle().snapshot->site;
        MULIN_CHECK(district->access().directory.put(std::span(&site, 1)).has_value());
        std::filesystem::create_directories(till_dir());
        open_till();
        join();
    }

    std::filesystem::path till_dir() const { return folder.path() / "till"; }
    void open_district() {
        district.reset();
        auto opened = server::District::open(folder.path() / "district", clock, random);
        MULIN_CHECK(opened.has_value());
        district = std::move(*opened);
    }
    void open_till() {
        store.reset();
        store = std::move(*TerminalStore::open(till_dir().string(), clock, random));
    }
    void join() {
        const auto code = EnrolmentCode::make(random, district->authority().sha256());
        MULIN_CHECK(district->access().tills.reserve(SiteId("S1"), code.secret, clock.utc()).has_value());
        const auto joined = enroll(*store, till_dir(), "https://bench", code.text(), [this](const CurlOptions& options) {
            return payment::Result<std::unique_ptr<Transport>>(std::make_unique<DirectTransport>(*district, options));
        });
        MULIN_CHECK(joined.has_value());
        enrolment = *joined;
    }
    void sell() {
        Sale sale = plain_sale(++sales);
        sale.at = clock.utc();
        sale.business_date = payment::china_date(sale.at);
        MULIN_CHECK(store->commit_sale(sale).has_value());
    }
    ShiftClose close_shift() {
        const std::string name = "shift" + std::to_string(++sales);
        const Date today = payment::china_date(clock.utc());
        MULIN_CHECK(store->open_shift({ShiftId(name), today, clock.utc(), SiteId("S1"), StaffId("C1"), Money()}).has_value());
        return *store->close_shift(ShiftId(name), StaffId("C1"), std::nullopt);
    }
    std::unique_ptr<DirectTransport> connect() {
        CurlOptions options;
        options.certificate = till_dir() / "keys" / "transport.crt";
        return std::make_unique<DirectTransport>(*district, options);
    }
    Result<ExchangeSummary> exchange() { return exchange_once(*store, enrolment, *connect(), clock); }
    std::int64_t count(const char* sql) { return *district->access().ledger.count(sql); }
    std::vector<DecodedBody> journal() {
        std::vector<DecodedBody> bodies;
        MULIN_CHECK(store->export_entries([&](const Entry& entry) {
            bodies.push_back(*decode_body(entry.body));
            return true;
        }).has_value());
        return bodies;
    }
    template <class Body>
    std::vector<Body> written() {
        std::vector<Body> found;
        for (const DecodedBody& decoded : journal()) {
            if (const auto* body = std::get_if<Body>(&decoded.body)) found.push_back(*body);
        }
        return found;
    }

    static constexpr std::int64_t kDay = 24LL * 3600 * 1000;
    Folder folder;
    payment::SeededRandom random{1};
    payment::ManualClock clock{{0}};
    std::unique_ptr<server::District> district;
    std::unique_ptr<TerminalStore> store;
    Enrolment enrolment;
    int sales = 0;
};

}  // namespace mulin::sync::test
