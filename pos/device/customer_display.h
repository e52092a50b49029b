#pragma once
// What the diner's side shows. Built only from what may be seen by everybody in the queue: there is
// no field that could hold an aid class, a reason or a number that names a person.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sync/model/sale.h"

namespace mulin::pos {

struct DisplayState {
    enum class Phase { idle, choosing, paying, done } phase = Phase::idle;
    struct Line {
        std::string name;
        std::int64_t quantity = 1;
        payment::Money amount;
        friend bool operator==(const Line&, const Line&) = default;
    };
    struct Deduction {
        std::string name;  // the benefit's neutral name
        payment::Money amount;
        friend bool operator==(const Deduction&, const Deduction&) = default;
    };
    std::string greeting;  // "单阿姨，您好": surname and form of address only
    std::vector<Line> lines;
    std::vector<Deduction> deductions;
    payment::Money list;
    payment::Money due;
    payment::Money change;
    std::string hint;  // "请出示付款码"
    friend bool operator==(const DisplayState&, const DisplayState&) = default;
};

class CustomerDisplay {
  public:
    virtual ~CustomerDisplay() = default;
    // Any thread; returns at once; the newest state wins.
    virtual void show(const DisplayState& state) = 0;
};

// Keeps the newest state for whoever draws it.
class RememberingDisplay final : public CustomerDisplay {
  public:
    void show(const DisplayState& state) override;
    DisplayState now() const;

  private:
    mutable std::mutex mutex_;
    DisplayState state_;
};

// Lines, neutral deductions and totals of a sale, in the given language; nothing else gets through.
DisplayState display_of(const sync::Sale& sale, DisplayState::Phase phase, bool english);

}  // namespace mulin::pos
