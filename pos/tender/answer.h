#pragma once
// How the tender screen answers each intent. Inside this room only: tender.cpp holds the way of one
// try, parts.cpp what several parts add to it, queries.cpp what the view asks.

#include "pos/tender/tender.h"

namespace mulin::pos::tender {

const Option* find_option(const State& state, const std::string& tender);
// What `tender` would take now: all that is left, or the part typed.
sync::Money wanted(const State& state, const std::string& tender);
bool by_channel(const State& state);

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const NoteGiven& intent);
    void operator()(const ExactGiven&);
    void operator()(const OpenKeypad&);
    void operator()(const GivenKey& intent);
    void operator()(const Confirm&);
    void operator()(const QueryNow&);
    void operator()(const ChangeTender&);
    void operator()(const Choose& intent);
    void operator()(const SetAside&);
    void operator()(const Next&) { finish(false); }
    void operator()(const LookupNext&) { finish(true); }
    void operator()(const Back&);
    void operator()(const Begin& intent);
    void operator()(const ScanArrived& intent);
    void operator()(const Tick& intent);
    void operator()(const AttemptChanged& intent);
    void operator()(const ProgressArrived& intent);
    void operator()(const SaleCommitted& intent);
    void operator()(const CommitFailed& intent);
    void operator()(const DeviceTrouble& intent) { s_.device_trouble = intent.message; }
    void operator()(const TroubleArrived& intent) { s_.trouble = intent.trouble; }
    void operator()(const ShowCode&);
    // parts.cpp
    void operator()(const PayPart&);
    void operator()(const PartKey& intent);
    void operator()(const TakePart&);
    void operator()(const GiveBack& intent);
    void operator()(const Resume& intent);
    void operator()(const PartTaken& intent);
    void operator()(const PartReturned& intent);
    void operator()(const PartStays& intent);
    // collect.cpp
    void operator()(const CollectAnyway&);
    void operator()(const CollectCancel&);
    void operator()(const PickSecond& intent);
    void operator()(const SecondKey& intent);
    void operator()(const SecondConfirm&);
    void operator()(const PinChecked& intent);
    void operator()(const CollectAllowed& intent);
    void operator()(const CollectRefused& intent);

  private:
    void begin(const Begin& intent);
    void enter(const std::string& tender);
    void enter_cash();
    void start(const std::string& code);
    void finish(bool lookup);
    void commit();
    void scan_for_payment(const ScanArrived& intent);
    void settled_without_money(const std::string& why);
    // parts.cpp
    void take(const Part& part);
    void take_cash();
    void part_over();
    void give_back(const Part& part);
    bool attempt_of_return(const AttemptChanged& intent);
    bool about_this_try(const std::string& ref, std::int64_t attempt) const {
        return !s_.left && ref == s_.ref && attempt == s_.attempt &&
               (s_.phase == Phase::running || s_.phase == Phase::giving_up || s_.phase == Phase::review);
    }

    State& s_;
    std::vector<Effect>& effects_;
};

}  // namespace mulin::pos::tender
