#pragma once
// Model records as JSON objects: one spelling for bundles, uploads and the district's files.
// Writers return the value; readers take Fields and leave their problems there.

#include <nlohmann/json_fwd.hpp>

#include "sync/model/diner.h"
#include "sync/model/district_word.h"
#include "sync/model/menu.h"
#include "sync/model/site.h"
#include "sync/wire/fields.h"

namespace mulin::sync {

nlohmann::json to_json_value(const Subdistrict& value);
nlohmann::json to_json_value(const Vendor& value);
nlohmann::json to_json_value(const Site& value);
nlohmann::json to_json_value(const Staff& value);
nlohmann::json to_json_value(const Menu& value);
nlohmann::json to_json_value(const Diner& value);
nlohmann::json to_json_value(const Card& value);
nlohmann::json to_json_value(const SiteVerdict& value);

Subdistrict read_subdistrict(Fields fields);
Vendor read_vendor(Fields fields);
Site read_site(Fields fields);
Staff read_staff(Fields fields);
Menu read_menu(Fields fields);
Diner read_diner(Fields fields);
Card read_card(Fields fields);
SiteVerdict read_site_verdict(Fields fields);

}  // namespace mulin::sync
