#pragma once
// Speaks short sentences to the diner. say() returns at once from any thread: a worker speaks, at
// most four sentences wait, the oldest is dropped. Being silent is never an error for the sale.
// Neutral words only: never an aid class, never a reason.

#include <memory>
#include <string>

#include "payment/money/money.h"
#include "pos/device/receipt.h"

namespace mulin::pos {

class Voice {
  public:
    virtual ~Voice() = default;
    virtual void say(const std::string& sentence) = 0;
};

// espeak-ng as a child process; Chinese is handed over as pinyin. program is looked up in PATH.
// A child that takes longer than 15 s is ended. Ends what is being said when destroyed.
std::unique_ptr<Voice> make_espeak_voice(SlipLanguage language, std::string program = "espeak-ng");
std::unique_ptr<Voice> make_null_voice();

// 12.50 gives 十二元五角, 10.05 十元零五分, 0 零元; in English "12 yuan 50".
std::string spoken_amount(payment::Money amount, SlipLanguage language);
// "请付十二元五角。" "找您七元五角。" "已付，谢谢。"
std::string spoken_due(payment::Money due, SlipLanguage language);
std::string spoken_done(payment::Money change, SlipLanguage language);

}  // namespace mulin::pos
