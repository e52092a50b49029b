#include "sync/model/kinds.h"

#include <array>
#include <cstddef>

namespace mulin::sync {
namespace {

// Names stand in the order of the enumerators.
constexpr std::array kMeals{"breakfast", "lunch", "dinner"};
constexpr std::array kServices{"dine_in", "take_away", "delivery"};
constexpr std::array kCategories{"first", "second", "guest", "staff"};
constexpr std::array kSexes{"female", "male"};
constexpr std::array kRoles{"cashier", "manager"};
constexpr std::array kItemClasses{"set", "meat", "vegetable", "soup", "staple", "drink", "other"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<const char*, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (name == names[i]) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace

const char* name_of(Meal meal) { return kMeals[static_cast<std::size_t>(meal)]; }
const char* name_of(Service service) { return kServices[static_cast<std::size_t>(service)]; }
const char* name_of(Category category) { return kCategories[static_cast<std::size_t>(category)]; }
const char* name_of(Sex sex) { return kSexes[static_cast<std::size_t>(sex)]; }
const char* name_of(Role role) { return kRoles[static_cast<std::size_t>(role)]; }
const char* name_of(ItemClass c) { return kItemClasses[static_cast<std::size_t>(c)]; }

std::optional<Meal> parse_meal(std::string_view name) { return find<Meal>(kMeals, name); }
std::optional<Service> parse_service(std::string_view name) { return find<Service>(kServices, name); }
std::optional<Category> parse_category(std::string_view name) { return find<Category>(kCategories, name); }
std::optional<Sex> parse_sex(std::string_view name) { return find<Sex>(kSexes, name); }
std::optional<Role> parse_role(std::string_view name) { return find<Role>(kRoles, name); }
std::optional<ItemClass> parse_item_class(std::string_view name) {
    return find<ItemClass>(kItemClasses, name);
}

}  // namespace mulin::sync
