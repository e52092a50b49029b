#include "pos/device/voice.h"

#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sync/model/pinyin.h"

namespace mulin::pos {
namespace {

constexpr std::size_t kMostWaiting = 4;
constexpr auto kLook = std::chrono::milliseconds(20);
constexpr int kMostLooks = 15'000 / 20;

class EspeakVoice final : public Voice {
  public:
    EspeakVoice(SlipLanguage language, std::string program)
        : language_(language), program_(std::move(program)), speaker_([this] { speak_until_ended(); }) {}

    ~EspeakVoice() override {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        changed_.notify_all();
        speaker_.join();
    }

    void say(const std::string& sentence) override {
        {
            const std::lock_guard lock(mutex_);
            if (waiting_.size() == kMostWaiting) waiting_.pop_front();
            waiting_.push_back(sentence);
        }
        changed_.notify_all();
    }

  private:
    void speak_until_ended() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
            if (ending_) return;
            const std::string sentence = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            const pid_t child = start(sentence);
            lock.lock();
            if (child > 0) wait_for(child, lock);
        }
    }

    pid_t start(const std::string& sentence) const {
        const bool chinese = language_ == SlipLanguage::chinese;
        std::string program = program_;
        std::string text = chinese ? sync::pinyin_with_tones(sentence) : sentence;
        std::string voice = chinese ? "cmn-latn-pinyin" : "en";
        std::string pace = "150";
        std::array<char*, 8> arguments{program.data(), const_cast<char*>("-v"), voice.data(),
                                       const_cast<char*>("-s"), pace.data(), const_cast<char*>("--"),
                                       text.data(), nullptr};
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
        pid_t child = 0;
        const int failed = posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        return failed == 0 ? child : 0;
    }

    void wait_for(pid_t child, std::unique_lock<std::mutex>& lock) {
        for (int looks = 0; waitpid(child, nullptr, WNOHANG) == 0; ++looks) {
            if (ending_ || looks == kMostLooks) {
                kill(child, SIGKILL);
                waitpid(child, nullptr, 0);
                return;
            }
            changed_.wait_for(lock, kLook, [this] { return ending_; });
        }
    }

    const SlipLanguage language_;
    const std::string program_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> waiting_;
    bool ending_ = false;
    std::thread speaker_;  // last: starts when everything it uses exists
};

class NullVoice final : public Voice {
  public:
    void say(const std::string&) override {}
};

}  // namespace

std::unique_ptr<Voice> make_espeak_voice(SlipLanguage language, std::string program) {
    return std::make_unique<EspeakVoice>(language, std::move(program));
}
std::unique_ptr<Voice> make_null_voice() { return std::make_unique<NullVoice>(); }

}  // namespace mulin::pos
