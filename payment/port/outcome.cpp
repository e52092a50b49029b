#include "payment/port/outcome.h"

namespace mulin::payment {

const char* outcome_name(Outcome outcome) {
    switch (outcome) {
        case Outcome::approved:
            return "approved";
        case Outcome::declined:
            return "declined";
        case Outcome::pending:
            return "pending";
        case Outcome::unknown:
            return "unknown";
        case Outcome::not_sent:
            return "not_sent";
    }
    return "unknown";
}

std::optional<Outcome> parse_outcome(std::string_view name) {
    for (auto outcome :
         {Outcome::approved, Outcome::declined, Outcome::pending, Outcome::unknown, Outcome::not_sent}) {
        if (name == outcome_name(outcome)) return outcome;
    }
    return std::nullopt;
}

}  // namespace mulin::payment
