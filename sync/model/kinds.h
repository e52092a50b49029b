#pragma once
// The small closed vocabularies that terminal and district share, with their wire names.

#include <optional>
#include <string_view>

#include "payment/base/clock.h"
#include "payment/base/id.h"
#include "payment/base/result.h"
#include "payment/money/money.h"

namespace mulin::sync {

using payment::Date;
using payment::Id;
using payment::Money;
using payment::Result;
using payment::Status;
using payment::UtcInstant;

using DinerId = Id<struct DinerTag>;
using SiteId = Id<struct SiteTag>;
using VendorId = Id<struct VendorTag>;
using StaffId = Id<struct StaffTag>;
using ItemId = Id<struct ItemTag>;
using TillId = Id<struct TillTag>;
using EpochId = Id<struct EpochTag>;
using ShiftId = Id<struct ShiftTag>;

enum class Meal { breakfast, lunch, dinner };
enum class Service { dine_in, take_away, delivery };
// Category of record: first counts toward the senior meal programme, the others are reported apart.
enum class Category { first, second, guest, staff };
enum class Sex { female, male };
enum class Role { cashier, site_manager };
enum class ItemClass { set, meat, vegetable, soup, staple, drink, other };

const char* name_of(Meal meal);            // "breakfast" "lunch" "dinner"
const char* name_of(Service service);      // "dine_in" "take_away" "delivery"
const char* name_of(Category category);    // "first" "second" "guest" "staff"
const char* name_of(Sex sex);              // "female" "male"
const char* name_of(Role role);            // "cashier" "manager"
const char* name_of(ItemClass item_class); // "set" "meat" ...

std::optional<Meal> parse_meal(std::string_view name);
std::optional<Service> parse_service(std::string_view name);
std::optional<Category> parse_category(std::string_view name);
std::optional<Sex> parse_sex(std::string_view name);
std::optional<Role> parse_role(std::string_view name);
std::optional<ItemClass> parse_item_class(std::string_view name);

inline constexpr Meal kAllMeals[] = {Meal::breakfast, Meal::lunch, Meal::dinner};
inline constexpr Service kAllServices[] = {Service::dine_in, Service::take_away, Service::delivery};

}  // namespace mulin::sync
