#pragma once
// How people stand in the terminal's tables, for the sources of this folder only.

#include "sync/store/sqlite.h"
#include "sync/store/records.h"

namespace mulin::sync {

// The readings under which somebody stands in the lists; empty when unknown or not active.
Result<std::string> listed_pinyin(Database& db, const std::string& diner);
// The words of `pinyin` as rows of diner_reading or visitor_reading.
enum class ReadingTable { everybody, visitors };
Status put_readings(Database& db, ReadingTable table, const std::string& diner, const std::string& pinyin);
Status drop_readings(Database& db, ReadingTable table, const std::string& diner, const std::string& pinyin);

// A list column.
std::string join_list(const std::vector<std::string>& values);
std::vector<std::string> split_list(const std::string& text);

// Columns of diner in the order that read_diner expects, from `first` on.
#define MULIN_DINER_COLUMNS                                                                                  \
    "d.id, d.name, d.pinyin, d.birth_date, d.sex, d.id_hash, d.id_last4, d.phone_last4, d.hukou, d.residence, " \
    "d.road, d.aid, d.disability_grade, d.care, d.living, d.tags, d.approved, d.cards, d.diet, d.active"
Diner read_diner(const Query& query, int first = 0);

}  // namespace mulin::sync
