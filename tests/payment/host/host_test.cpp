// The host against processes that misbehave in every way: each is a few lines of shell or Python here.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "payment/host/adapter_server.h"
#include "payment/host/hosted_adapter.h"
#include "payment/host/log_redaction.h"

namespace mulin::payment::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const char* kWelcome =
    R"({\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocol\":1,\"adapter\":\"x\",\"capabilities\":{\"query\":true,\"reverse\":true,\"start_deadline_ms\":100}}})";

std::string greeting() { return std::string("read line; echo \"") + kWelcome + "\"; "; }

class Host : public ::testing::Test {
  protected:
    std::unique_ptr<HostedAdapter> shell(const std::string& script) { return with({"/bin/sh", "-c", script}); }
    std::unique_ptr<HostedAdapter> with(std::vector<std::string> command) {
        HostSettings settings;
        settings.command = std::move(command);
        settings.channel = ChannelSettings("x", {{"merchant", "M1"}});
        settings.hello_deadline_ms = 3'000;
        settings.slack_ms = 50;
        settings.cancel_grace_ms = 50;
        settings.end_grace_ms = 100;
        settings.back_off_first_ms = 100'000;
        settings.log = [this](const std::string& line) {
            const std::lock_guard lock(mutex_);
            log_ += line + "\n";
        };
        return std::make_unique<HostedAdapter>(settings, clock_);
    }
    AttemptRequest request() const {
        AttemptRequest about;
        about.id = AttemptId("A1");
        about.amount = Money::fen(500);
        about.code = "134567890123456789";
        about.deadline_ms = 100;
        return about;
    }
    Attempt attempt() const {
        Attempt about;
        about.id = AttemptId("A1");
        about.amount = Money::fen(500);
        return about;
    }
    AttemptResult answered(const std::string& answer) {
        auto adapter = shell(greeting() + "read line; " + answer + "; sleep 5");
        EXPECT_TRUE(adapter->open());
        return adapter->start(request());
    }
    static std::string result(const std::string& fields) {
        return R"(echo '{"jsonrpc":"2.0","id":2,"result":{)" + fields + "}}'";
    }
    std::string log() {
        const std::lock_guard lock(mutex_);
        return log_;
    }

    SystemClock clock_;
    std::mutex mutex_;
    std::string log_;
};

TEST_F(Host, BelievesAnApprovalOnlyAboutThisAttemptAndAmount) {
    const std::string echo = R"("echo":{"attempt_id":"A1","amount_fen":500,"currency":"CNY"})";
    EXPECT_EQ(answered(result(R"("outcome":"approved",)" + echo)).outcome, Outcome::approved);
    for (const std::string& wrong : {std::string(R"("outcome":"approved")"),
                                     std::string(R"("outcome":"approved","echo":{"attempt_id":"A2","amount_fen":500,"currency":"CNY"})"),
                                     std::string(R"("outcome":"approved","echo":{"attempt_id":"A1","amount_fen":501,"currency":"CNY"})"),
                                     std::string(R"("outcome":"approved","echo":{"attempt_id":"A1","amount_fen":500,"currency":"EUR"})")}) {
        const auto said = answered(result(wrong));
        EXPECT_EQ(said.outcome, Outcome::unknown) << wrong;
        EXPECT_EQ(said.refs.at("alarm"), "mismatch");
    }
    EXPECT_EQ(answered(result(R"("outcome":"declined","channel_code":"NOTENOUGH")")).outcome, Outcome::declined);
}

TEST_F(Host, WhateverIsNotTheProtocolIsUnknown) {
    for (const std::string& said : {
             std::string("echo hello"), std::string("echo '{}'"), std::string(R"(echo '{"jsonrpc":"1.0","id":2,"result":{}}')"),
             std::string(R"(echo '{"jsonrpc":"2.0","id":3,"result":{"outcome":"declined"}}')"),
             std::string(R"(echo '{"jsonrpc":"2.0","id":2,"result":{"outcome":"declined"},"error":{"message":"x"}}')"),
             std::string(R"(echo '{"jsonrpc":"2.0","id":2,"id":2,"result":{"outcome":"declined"}}')"),
             std::string(R"(echo '{"jsonrpc":"2.0","id":2,"result":{"outcome":"maybe"}}')"),
             std::string(R"(echo '{"jsonrpc":"2.0","id":2,"result":{"outcome":7}}')"),
             std::string(R"(echo '{"jsonrpc":"2.0","id":2,"result":{"outcome":"declined","refs":{"a":1}}}')"),
             std::string(R"(printf '{"jsonrpc":"2.0","id":2,"result":{"outcome":"declined","channel_text":"\377\376"}}\n')"),
             std::string(R"(echo '{"jsonrpc":"2.0","id":2,"error":{"code":-1,"message":"no"}}')"),
             std::string("printf '{\"jsonrpc\":'"), std::string("kill -9 $$"), std::string("exit 0"),
             std::string("head -c 2000000 /dev/zero | tr '\\0' x"), std::string("sleep 60")}) {
        const auto answer = answered(said);
        EXPECT_EQ(answer.outcome, Outcome::unknown) << said;
        EXPECT_NE(answer.channel_code, "") << said;
    }
}

TEST_F(Host, AProcessThatIsNotThereLeavesThePaymentUnsent) {
    auto adapter = with({"/nonexistent/adapter"});
    EXPECT_FALSE(adapter->open());
    EXPECT_EQ(adapter->start(request()).outcome, Outcome::not_sent);
    EXPECT_EQ(adapter->query(attempt()).outcome, Outcome::not_sent) << "the question did not leave";
    EXPECT_EQ(adapter->reverse(attempt()).outcome, ReverseOutcome::unknown);
    EXPECT_TRUE(adapter->capabilities().reverse) << "nothing goes to a person because a program is slow to start";
}

TEST_F(Host, ADeadProcessIsReplacedOnceAtOnceAndThenLeftAlone) {
    auto adapter = shell(greeting() + "exit 1");
    ASSERT_TRUE(adapter->open());
    for (int i = 0; i < 5; ++i) EXPECT_NE(adapter->start(request()).outcome, Outcome::approved);
    EXPECT_LE(adapter->starts(), 3) << "not again and again: it keeps failing";
    EXPECT_EQ(adapter->start(request()).outcome, Outcome::not_sent);
    EXPECT_NE(adapter->trouble(), "");
}

TEST_F(Host, AHangIsEndedAlsoWhenItIgnoresSigterm) {
    auto adapter = shell("trap '' TERM; " + greeting() + "read line; while :; do sleep 1; done");
    ASSERT_TRUE(adapter->open());
    const pid_t process = adapter->process();
    EXPECT_EQ(adapter->start(request()).channel_code, "adapter_hung");
    EXPECT_EQ(::kill(process, 0), -1) << "and it is reaped";
}

TEST_F(Host, SaysCancelBeforeItEndsAndTakesTheAnswerThatFollows) {
    auto adapter = shell(greeting() + "read line; read cancel; case \"$cancel\" in *cancel*A1*) " +
                         result(R"("outcome":"declined","channel_code":"aborted")") + ";; esac; sleep 5");
    ASSERT_TRUE(adapter->open());
    const auto answer = adapter->start(request());
    EXPECT_EQ(answer.outcome, Outcome::declined);
    EXPECT_EQ(answer.channel_code, "aborted");
}

TEST_F(Host, ACancelFromAnotherThreadReachesTheProcess) {
    auto adapter = shell(greeting() + "read line; read cancel; " + result(R"("outcome":"declined")") + "; sleep 5");
    ASSERT_TRUE(adapter->open());
    auto about = request();
    about.deadline_ms = 20'000;
    std::thread cashier([&] { adapter->cancel(about.id); });
    EXPECT_EQ(adapter->start(about).outcome, Outcome::declined);
    cashier.join();
}

TEST_F(Host, ProgressIsPassedOnAndOnlyAboutThisAttempt) {
    auto adapter = shell(greeting() +
                         R"(read line; echo '{"jsonrpc":"2.0","method":"progress","params":{"attempt_id":"A9","phase":"host"}}';)"
                         R"(echo '{"jsonrpc":"2.0","method":"progress","params":{"attempt_id":"A1","phase":"password","text":"输入密码"}}';)" +
                         result(R"("outcome":"pending")") + "; sleep 5");
    ASSERT_TRUE(adapter->open());
    std::string seen;
    auto about = request();
    about.progress = [&](const Progress& progress) { seen += progress.text; };
    EXPECT_EQ(adapter->start(about).outcome, Outcome::pending);
    EXPECT_EQ(seen, "输入密码");
}

TEST_F(Host, AnotherProtocolOrRefusedSettingsAreSaidAtTheStart) {
    auto newer = shell(R"(read line; echo '{"jsonrpc":"2.0","id":1,"result":{"protocol":9,"adapter":"x","capabilities":{}}}'; sleep 5)");
    EXPECT_EQ(newer->open().error().code, ErrorCode::unsupported);
    auto refused = shell(R"(read line; echo '{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"Payment channel x: key_file is missing."}}'; sleep 5)");
    const auto opened = refused->open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message, "Payment channel x: key_file is missing.");
}

TEST_F(Host, ThePayersCodeIsTakenOutOfWhateverComesBack) {
    const auto answer = answered(result(R"("outcome":"unknown","channel_text":"bad 134567890123456789","refs":{"a":"134567890123456789"})"));
    EXPECT_EQ(answer.channel_text, "bad [code]");
    EXPECT_EQ(answer.refs.at("a"), "[code]");
}

// What the child finds: three descriptors, no way to privileges, no core, an almost empty environment.
TEST_F(Host, TheProcessHasNothingOfTheTills) {
    ::setenv("MULIN_TEST_SECRET", "s3cret", 1);
    const int leaked = ::open("/etc/passwd", 0);
    std::string folder = ::testing::TempDir() + "mulin-host-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    auto adapter = shell("ls -l /proc/$$/fd > " + folder + "/fd; cat /proc/$$/status > " + folder + "/status; env > " + folder +
                         "/env; ulimit -c > " + folder + "/core; " + greeting() + "sleep 5");
    ASSERT_TRUE(adapter->open());
    const auto text = [&](const char* name) {
        std::ifstream file(folder + "/" + name);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    EXPECT_THAT(text("fd"), Not(HasSubstr("passwd")));
    EXPECT_THAT(text("status"), HasSubstr("NoNewPrivs:\t1"));
    EXPECT_THAT(text("env"), Not(HasSubstr("s3cret")));
    EXPECT_EQ(text("core"), "0\n");
    adapter.reset();
    ::close(leaked);
    ::unsetenv("MULIN_TEST_SECRET");
    std::filesystem::remove_all(folder);
}

// kill -9 of the till takes the adapter with it.
TEST_F(Host, TheProcessDiesWithTheTill) {
    std::array<int, 2> pipes{};
    ASSERT_EQ(::pipe(pipes.data()), 0);
    const pid_t till = ::fork();
    if (till == 0) {
        auto adapter = shell(greeting() + "sleep 60");
        const bool opened = adapter->open().has_value();
        const pid_t process = opened ? adapter->process() : -1;
        (void)!::write(pipes[1], &process, sizeof process);
        ::pause();
    }
    pid_t process = -1;
    ASSERT_EQ(::read(pipes[0], &process, sizeof process), static_cast<ssize_t>(sizeof process));
    ASSERT_GT(process, 0);
    ASSERT_EQ(::kill(till, SIGKILL), 0);
    ASSERT_EQ(::waitpid(till, nullptr, 0), till);
    bool gone = false;
    for (int i = 0; i < 2'000 && !gone; ++i) {
        std::ifstream status("/proc/" + std::to_string(process) + "/stat");
        std::string line;
        std::getline(status, line);
        gone = line.empty() || line.find(") Z") != std::string::npos || ::kill(process, 0) != 0;
        if (!gone) ::usleep(2'000);
    }
    EXPECT_TRUE(gone);
    ::close(pipes[0]);
    ::close(pipes[1]);
}

TEST_F(Host, ItsLogIsCleanedAndNeverHoldsItUp) {
    auto adapter = shell("echo 'code=134567890123456789 card 6225 7350 5320 1615 202 key: abc' >&2; "
                         "head -c 300000 /dev/zero | tr '\\0' 'y' >&2; echo >&2; echo the end >&2; " + greeting() + "sleep 5");
    ASSERT_TRUE(adapter->open());
    adapter.reset();
    EXPECT_THAT(log(), Not(HasSubstr("134567890123")));
    EXPECT_THAT(log(), Not(HasSubstr("7350")));
    EXPECT_THAT(log(), Not(HasSubstr("abc")));
    EXPECT_THAT(log(), HasSubstr("the end"));
}

TEST(Redaction, BlanksCodesCardsAndKeys) {
    EXPECT_EQ(redact("paid 134567890123456789 now"), "paid 13[18 digits] now");
    EXPECT_EQ(redact("card 6225-7350-5320-1615"), "card 62[16 digits]");
    EXPECT_EQ(redact("trace 000123 amount 1500"), "trace 000123 amount 1500");
    EXPECT_EQ(redact("sign=ABCDEF&x=1"), "sign=[...]&x=1");
    EXPECT_EQ(redact("password: hunter2, again"), "password:[...], again");
    EXPECT_EQ(redact("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj"), "[40 characters]");
    EXPECT_EQ(redact(std::string("a\x1b[2Jb\0c", 8)), "a[2Jbc");
}

}  // namespace
}  // namespace mulin::payment::host
