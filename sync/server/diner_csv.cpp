#include "sync/server/diner_csv.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "sync/model/identity_number.h"
#include "sync/model/keyed_hash.h"
#include "sync/model/pinyin.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

struct Record {
    int line = 0;
    std::vector<std::string> cells;
};

// Reads one record, quotes and all; false at the end of the text.
class CsvReader {
  public:
    explicit CsvReader(std::string_view text) : rest_(text) {
        if (rest_.substr(0, 3) == "\xEF\xBB\xBF") rest_.remove_prefix(3);
    }

    bool next(Record& record) {
        if (rest_.empty()) return false;
        record = {line_, {}};
        do record.cells.push_back(cell());
        while (take(','));
        take('\r');
        if (take('\n')) ++line_;
        return true;
    }
    bool stuck() const { return stuck_; }

  private:
    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::string cell() {
        if (take('"')) return quoted();
        const std::size_t end = std::min(rest_.find_first_of(",\r\n"), rest_.size());
        std::string text(rest_.substr(0, end));
        rest_.remove_prefix(end);
        return text;
    }

    std::string quoted() {
        std::string text;
        while (!rest_.empty()) {
            if (take('"')) {
                if (!take('"')) return text;
                text += '"';
                continue;
            }
            if (rest_.front() == '\n') ++line_;
            text += rest_.front();
            rest_.remove_prefix(1);
        }
        stuck_ = true;
        return text;
    }

    std::string_view rest_;
    int line_ = 1;
    bool stuck_ = false;
};

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('|', at), text.size());
        if (end > at) parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

// One row's cells by column name.
class Row {
  public:
    Row(const std::vector<std::string>& columns, const Record& record) {
        for (std::size_t i = 0; i < columns.size(); ++i) cells_[columns[i]] = record.cells[i];
    }
    const std::string& operator[](const std::string& column) const {
        static const std::string kEmpty;
        const auto at = cells_.find(column);
        return at == cells_.end() ? kEmpty : at->second;
    }

  private:
    std::map<std::string, std::string> cells_;
};

Status read_identity(const Row& row, const std::string& hash_key, Diner& diner) {
    if (row["identity_number"].empty()) return payment::ok();
    MULIN_TRY(const auto number, parse_identity_number(row["identity_number"]));
    if (number.birth_date != diner.birth_date) {
        return fail(ErrorCode::invalid_input, "The birth date is not the one in the identity number.");
    }
    diner.sex = number.sex;
    diner.id_hash = keyed_hash(hash_key, number.text);
    diner.id_last4 = number.last4();
    return payment::ok();
}

Result<int> read_grade(const std::string& text) {
    int grade = 0;
    if (text.empty()) return 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), grade);
    if (error != std::errc() || end != text.data() + text.size() || grade < 0 || grade > 4) {
        return fail(ErrorCode::invalid_input, "disability_grade must be 0 to 4.");
    }
    return grade;
}

Result<Diner> read_person(const Row& row, const std::string& hash_key) {
    Diner diner;
    diner.id = DinerId(row["id"]);
    diner.name = row["name"];
    const auto birth = Date::parse(row["birth_date"]);
    if (diner.id.empty() || diner.name.empty()) return fail(ErrorCode::invalid_input, "id and name must not be empty.");
    if (!birth) return fail(ErrorCode::invalid_input, "birth_date \"" + row["birth_date"] + "\" is not a date like 1950-01-02.");
    diner.birth_date = *birth;
    if (!row["sex"].empty()) {
        const auto sex = parse_sex(row["sex"]);
        if (!sex) return fail(ErrorCode::invalid_input, "sex must be female or male.");
        diner.sex = *sex;
    }
    MULIN_TRY_STATUS(read_identity(row, hash_key, diner));
    MULIN_TRY(diner.disability_grade, read_grade(row["disability_grade"]));
    diner.pinyin = row["pinyin"].empty() ? pinyin_initials(diner.name) : row["pinyin"];
    diner.phone_last4 = row["phone_last4"];
    diner.hukou = row["hukou"];
    diner.residence = row["residence"];
    diner.road = row["road"];
    diner.aid = split(row["aid"]);
    if (!row["care"].empty()) diner.care = row["care"];
    diner.living = split(row["living"]);
    diner.tags = split(row["tags"]);
    diner.approved = split(row["approved"]);
    diner.diet = row["diet"];
    diner.active = row["active"] != "0" && row["active"] != "false";
    return diner;
}

Result<DinerRow> read_row(const Row& row, const std::string& hash_key, int line) {
    DinerRow out;
    out.line = line;
    MULIN_TRY(out.diner, read_person(row, hash_key));
    const std::string& number = row["card_number"];
    if (!number.empty()) {
        const std::string kind = row["card_kind"].empty() ? "jinglao" : row["card_kind"];
        const std::string last4 = number.size() > 4 ? number.substr(number.size() - 4) : number;
        out.cards.push_back({keyed_hash(hash_key, number), last4, kind, out.diner.id, false});
        out.diner.cards.push_back(kind);
    }
    return out;
}

Status check_columns(const std::vector<std::string>& columns, const std::string& file) {
    static const std::set<std::string> known = {
        "id",  "name", "birth_date",       "pinyin", "sex",    "identity_number", "phone_last4", "hukou",  "residence", "road",
        "aid", "care", "disability_grade", "living", "tags",   "approved",        "diet",        "active", "card_number", "card_kind"};
    for (const auto& column : columns) {
        if (!known.contains(column)) return fail(ErrorCode::invalid_input, file + " line 1: there is no column \"" + column + "\". Nothing was imported.");
    }
    for (const char* needed : {"id", "name", "birth_date"}) {
        if (std::find(columns.begin(), columns.end(), needed) == columns.end()) {
            return fail(ErrorCode::invalid_input, file + " line 1: the column \"" + needed + "\" is missing. Nothing was imported.");
        }
    }
    return payment::ok();
}

}  // namespace

Result<std::vector<DinerRow>> read_diner_csv(std::string_view text, const std::string& file,
                                             const std::string& hash_key) {
    CsvReader reader(text);
    Record header;
    reader.next(header);
    MULIN_TRY_STATUS(check_columns(header.cells, file));
    std::vector<DinerRow> rows;
    std::set<std::string> ids;
    Record record;
    while (reader.next(record)) {
        const auto refuse = [&](const std::string& why) {
            return fail(ErrorCode::invalid_input, file + " line " + std::to_string(record.line) + ": " + why + " Nothing was imported.");
        };
        if (record.cells.size() == 1 && record.cells[0].empty()) continue;
        if (reader.stuck()) return refuse("A quotation mark is not closed.");
        if (record.cells.size() != header.cells.size()) {
            return refuse("There are " + std::to_string(record.cells.size()) + " cells where the first line has " +
                          std::to_string(header.cells.size()) + ".");
        }
        auto row = read_row(Row(header.cells, record), hash_key, record.line);
        if (!row) return refuse(row.error().message);
        if (!ids.insert(row->diner.id.text()).second) return refuse("The id " + row->diner.id.text() + " comes twice.");
        rows.push_back(std::move(*row));
    }
    return rows;
}

}  // namespace mulin::sync::server
