#pragma once
// Phrases: turns an error or a refusal into a sentence for the cashier, in the language the window shows
// now. Words stand in assets/text (app.json). Any thread.

#include <atomic>
#include <string>

#include "pos/app/refusal.h"
#include "pos/text/catalogue.h"

namespace mulin::pos {

class Phrases {
  public:
    static payment::Result<Phrases> load();
    Phrases(Phrases&& other) noexcept
        : chinese_(std::move(other.chinese_)), english_(std::move(other.english_)), use_english_(other.use_english_.load()) {}

    void use_english(bool english) { use_english_ = english; }
    bool english() const { return use_english_; }
    const text::Catalogue& of(bool english) const { return english ? english_ : chinese_; }
    const text::Catalogue& words() const { return use_english_ ? english_ : chinese_; }

    std::string sentence(const payment::Error& error) const;
    std::string sentence(const Refused& refused) const;

  private:
    Phrases(text::Catalogue chinese, text::Catalogue english)
        : chinese_(std::move(chinese)), english_(std::move(english)) {}
    text::Catalogue chinese_;
    text::Catalogue english_;
    std::atomic<bool> use_english_ = false;
};

}  // namespace mulin::pos
