// A thousand tills on one server, each with its own certificate and a connection that stays open: every few seconds
// a till asks what is new and brings two entries. The real server in a process of its own, with pricing and all.
// Prints how long an answer takes (from when it was due to be asked), beside the floor of the same run: the same
// tills at the same pace asking the same server for an answer that needs no database. And memory a connection.
//   tills_bench [tills] [seconds] [period_ms]     default 1000 20 5000; ctest runs a few for a moment

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "sync/client/transport_key.h"
#include "sync/database/in_transaction.h"
#include "sync/server/serve.h"
#include "sync/wire/messages.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"

namespace {

using namespace mulin;
using namespace mulin::sync;

constexpr int kThreads = 8;

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message.c_str());
        std::exit(1);
    }
    return std::move(*result);
}

void insist(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "%s\n", what);
    std::exit(1);
}

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// One connection that stays open, blocking, with a till's certificate.
class Line {
  public:
    Line(SSL_CTX* tls, int port, const std::string& certificate, const std::string& key) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(static_cast<std::uint16_t>(port));
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        insist(::connect(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0, "cannot connect");
        const int one = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        ssl_ = SSL_new(tls);
        BIO* text = BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size()));
        X509* proof = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
        BIO_free(text);
        text = BIO_new_mem_buf(key.data(), static_cast<int>(key.size()));
        EVP_PKEY* secret = PEM_read_bio_PrivateKey(text, nullptr, nullptr, nullptr);
        BIO_free(text);
        insist(SSL_use_certificate(ssl_, proof) == 1 && SSL_use_PrivateKey(ssl_, secret) == 1, "a certificate");
        X509_free(proof);
        EVP_PKEY_free(secret);
        SSL_set_fd(ssl_, socket_);
        insist(SSL_connect(ssl_) == 1, "the server should let the till in");
    }
    ~Line() {
        SSL_free(ssl_);
        ::close(socket_);
    }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    // The answer's status.
    int ask(const char* method, const std::string& target, const std::string& body = {}) {
        const std::string request = std::string(method) + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " +
                                    std::to_string(body.size()) + "\r\n\r\n" + body;
        insist(SSL_write(ssl_, request.data(), static_cast<int>(request.size())) > 0, "the server went away");
        std::string answer;
        std::size_t whole = 0;
        while (whole == 0 || answer.size() < whole) {
            char part[16'384];
            const int count = SSL_read(ssl_, part, sizeof part);
            insist(count > 0, "the server went away");
            answer.append(part, static_cast<std::size_t>(count));
            const auto head = answer.find("\r\n\r\n");
            if (whole != 0 || head == std::string::npos) continue;
            const auto length = answer.find("Content-Length: ");
            whole = head + 4 + (length < head ? std::strtoull(answer.c_str() + length + 16, nullptr, 10) : 0);
        }
        return std::atoi(answer.c_str() + 9);
    }

  private:
    int socket_;
    SSL* ssl_ = nullptr;
};

struct Till {
    std::unique_ptr<test::TillChain> chain;
    std::string certificate, key;
    std::unique_ptr<Line> line;
};

struct World {
    std::vector<Till> tills;
    std::string incarnation;
    std::int64_t change = 0;
    int port = 0;
    int server = 0;  // process
};

void enrol(World& world, const std::filesystem::path& dir, int count) {
    payment::SystemClock clock;
    payment::SystemRandom random;
    must(server::District::create(dir, {"bench", "区", "District", "key"}, clock, random));
    const auto district = must(server::District::open(dir, clock, random));
    auto access = district->access();
    Site site;
    site.id = SiteId("S1");
    site.subdistrict = "310110016000";
    site.vendor = VendorId("V3");
    site.kind = "canteen";
    must(database::in_transaction(access.database, [&]() -> Status {
        MULIN_TRY_STATUS(access.directory.put(std::span(&site, 1)));
        for (int i = 0; i < count; ++i) {
            const std::string secret = "secret" + std::to_string(i);
            const auto seed = static_cast<std::uint64_t>(i + 1);
            MULIN_TRY_STATUS(access.tills.reserve(SiteId("S1"), secret, clock.utc()).map([](const auto&) { return payment::Unit{}; }));
            const auto joined = must(access.tills.join({secret, TillId(), test::seeded_key(seed).public_key().text(), "bench"}, clock.utc()));
            const auto file = dir / ("till" + std::to_string(i) + ".key");
            const auto request = must(make_transport_key(file));
            const auto signed_by = must(district->authority().sign_till(request, "bench", joined.id.text(), clock.utc()));
            MULIN_TRY_STATUS(access.tills.set_certificate(joined.id, signed_by.sha256, signed_by.until));
            world.tills.push_back({std::make_unique<test::TillChain>(joined.id.text(), seed), signed_by.pem, read_text(file), nullptr});
        }
        return payment::ok();
    }));
    world.incarnation = district->incarnation();
    world.change = must(access.directory.change());
}

// The real server, in a process of its own.
void start_server(World& world, const std::filesystem::path& dir) {
    int ready[2];
    insist(::pipe(ready) == 0, "a pipe");
    world.server = ::fork();
    if (world.server == 0) {
        (void)!std::freopen("/dev/null", "w", stderr);
        payment::SystemClock clock;
        payment::SystemRandom random;
        const auto district = must(server::District::open(dir, clock, random));
        server::ServeOptions options;
        options.listen = "127.0.0.1:0";
        options.console = "127.0.0.1:0";
        const auto served = server::serve(*district, options, [&](const std::string& line) {
            (void)!::write(ready[1], line.data(), line.size());
            ::close(ready[1]);
        });
        std::_Exit(served ? 0 : 1);
    }
    ::close(ready[1]);
    std::string line;
    char part[256];
    for (ssize_t count = 0; (count = ::read(ready[0], part, sizeof part)) > 0;) line.append(part, static_cast<std::size_t>(count));
    ::close(ready[0]);
    const auto at = line.find("listen=127.0.0.1:");
    insist(at != std::string::npos, "the server did not start");
    world.port = std::atoi(line.c_str() + at + 17);
}

long resident_kb(int process) {
    std::istringstream status(read_text("/proc/" + std::to_string(process) + "/status"));
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("VmRSS:", 0) == 0) return std::atol(line.c_str() + 6);
    }
    return 0;
}

std::string two_entries(const World& world, Till& till, payment::UtcInstant now) {
    UploadRequest request;
    request.till = till.chain->till();
    request.incarnation = world.incarnation;
    request.utc = now;
    if (till.chain->epoch().text().empty()) request.lines.push_back(print_entry(till.chain->open_epoch("E" + request.till.text())));
    while (request.lines.size() < 2) request.lines.push_back(print_entry(till.chain->sell()));
    return print(request);
}

using Ask = std::function<void(Till&)>;

// Every till asks once a period, each at its own moment; answers' times in milliseconds, sorted.
std::vector<std::int64_t> paced(World& world, int seconds, int period_ms, const std::vector<Ask>& asks) {
    std::vector<std::vector<std::int64_t>> times(kThreads);
    std::vector<std::thread> threads;
    const payment::SystemClock clock;
    const std::int64_t begin = clock.monotonic().ms + 200;
    const auto count = static_cast<std::int64_t>(world.tills.size());
    const std::int64_t turns = static_cast<std::int64_t>(asks.size());
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&, thread] {
            for (std::int64_t round = 0; round * period_ms < seconds * 1000LL * turns; ++round) {
                for (std::int64_t i = thread; i < count; i += kThreads) {
                    const std::int64_t due = begin + round * period_ms / turns + i * period_ms / (count * turns);
                    const std::int64_t early = due - clock.monotonic().ms;
                    if (early > 0) std::this_thread::sleep_for(std::chrono::milliseconds(early));
                    asks[static_cast<std::size_t>(round % turns)](world.tills[static_cast<std::size_t>(i)]);
                    times[static_cast<std::size_t>(thread)].push_back(clock.monotonic().ms - due);
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    std::vector<std::int64_t> all;
    for (const auto& part : times) all.insert(all.end(), part.begin(), part.end());
    std::sort(all.begin(), all.end());
    return all;
}

std::int64_t share(const std::vector<std::int64_t>& times, int percent) {
    return times[std::min(times.size() - 1, times.size() * static_cast<std::size_t>(percent) / 100)];
}

void connect_all(World& world) {
    SSL_CTX* tls = SSL_CTX_new(TLS_client_method());
    for (Till& till : world.tills) till.line = std::make_unique<Line>(tls, world.port, till.certificate, till.key);
    SSL_CTX_free(tls);
}

void stop_server(const World& world) {
    ::kill(world.server, SIGTERM);
    int status = 0;
    ::waitpid(world.server, &status, 0);
    insist(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the server should end well");
}

void raise_open_files() {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    ::signal(SIGPIPE, SIG_IGN);
}

void print_times(const char* what, const std::vector<std::int64_t>& times) {
    std::printf("%s p50 %lld ms, p99 %lld ms, slowest %lld ms\n", what, static_cast<long long>(share(times, 50)),
                static_cast<long long>(share(times, 99)), static_cast<long long>(times.back()));
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::atoi(argv[1]) : 1'000;
    const int seconds = argc > 2 ? std::atoi(argv[2]) : argc > 1 ? 1 : 20;
    const int period_ms = argc > 3 ? std::atoi(argv[3]) : argc == 2 ? 1'000 : 5'000;
    raise_open_files();
    const test::Folder folder;
    World world;
    enrol(world, folder.path() / "d", count);
    start_server(world, folder.path() / "d");
    const long before = resident_kb(world.server);
    connect_all(world);
    const long with = resident_kb(world.server);
    const payment::SystemClock clock;
    const Ask nothing = [](Till& till) { insist(till.line->ask("GET", "/v1/ca") == 200, "the authority's certificate"); };
    const std::string target = "/v1/down?cursor=" + std::to_string(world.change) + "&incarnation=" + world.incarnation;
    const Ask down = [&](Till& till) {
        const int status = till.line->ask("GET", target);
        insist(status == 204 || status == 200, "an answer to what is new");
    };
    const Ask up = [&](Till& till) {
        insist(till.line->ask("POST", "/v1/upload", two_entries(world, till, clock.utc())) == 200, "the entries should be taken");
    };
    (void)paced(world, 1, 1'000, {nothing});
    const auto floor = paced(world, seconds, period_ms, {nothing, nothing});
    const auto real = paced(world, seconds, period_ms, {down, up});
    const long after = resident_kb(world.server);
    stop_server(world);
    std::printf("%d tills connected, %.0f requests/s\n", count, static_cast<double>(real.size()) / seconds);
    print_times("floor (no database)  ", floor);
    print_times("down and upload      ", real);
    std::printf("p99 is %.1f times the floor's\n", static_cast<double>(std::max<std::int64_t>(1, share(real, 99))) /
                                                      static_cast<double>(std::max<std::int64_t>(1, share(floor, 99))));
    std::printf("memory of the server  %ld MB alone, %.1f KB a connection, %ld MB at the end\n", before / 1024,
                static_cast<double>(with - before) / count, after / 1024);
    return 0;
}
