#pragma once
// Writes journal lines with its own key, right or wrong on purpose, from FORMAT.md alone.

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <openssl/evp.h>

#include "sync/verify/seal.h"

namespace mulin::verify::tests {

class Signer {
  public:
    explicit Signer(unsigned char first_byte) {
        std::vector<unsigned char> seed(32, first_byte);
        key_.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()), EVP_PKEY_free);
    }
    std::string public_hex() const {
        std::vector<unsigned char> raw(32);
        std::size_t length = raw.size();
        EVP_PKEY_get_raw_public_key(key_.get(), raw.data(), &length);
        return hex(raw);
    }
    std::string sign(const std::string& hash_hex) const {
        std::vector<unsigned char> hash;
        for (std::size_t i = 0; i < hash_hex.size(); i += 2)
            hash.push_back(static_cast<unsigned char>(std::stoi(hash_hex.substr(i, 2), nullptr, 16)));
        std::vector<unsigned char> signature(64);
        std::size_t length = signature.size();
        std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get());
        EVP_DigestSign(context.get(), signature.data(), &length, hash.data(), hash.size());
        return hex(signature);
    }
    static std::string hex(const std::vector<unsigned char>& bytes) {
        std::string text;
        for (const unsigned char byte : bytes) {
            static constexpr char kDigits[] = "0123456789abcdef";
            text += kDigits[byte >> 4];
            text += kDigits[byte & 15];
        }
        return text;
    }

  private:
    std::shared_ptr<EVP_PKEY> key_;
};

inline std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

inline std::string spelled(const Line& line) {
    return "{\"till\":" + quoted(line.till) + ",\"epoch\":" + quoted(line.epoch) + ",\"seq\":" + std::to_string(line.seq) +
           ",\"prev\":" + quoted(line.prev) + ",\"hash\":" + quoted(line.hash) + ",\"sig\":" + quoted(line.sig) +
           ",\"body\":" + quoted(line.body) + "}";
}

// One till's journal in the making. Each call adds a true entry; `last` may then be changed and sealed anew.
// One root as the district prints it, and as a till holds it.
struct RootWriter {
    std::int64_t number = 0;
    std::string prev = std::string(64, '0');

    struct Made {
        std::string line, data;
    };
    Made make(const std::vector<Line>& points, const Signer& district) {
        const std::string at = "2026-03-10T23:00:00+08:00";
        std::vector<std::string> leaves;
        std::string list;
        for (const Line& point : points) {
            std::string message(1, '\0');
            append_counted(message, point.till, 2);
            append_counted(message, point.epoch, 2);
            append_number(message, static_cast<std::uint64_t>(point.seq), 8);
            leaves.push_back(sha256_hex(message + bytes_of(point.hash)));
            list += (list.empty() ? "" : ",") + ("{\"epoch\":\"" + point.epoch) + "\",\"fork\":false,\"hash\":\"" + point.hash +
                    "\",\"seq\":" + std::to_string(point.seq) + ",\"till\":\"" + point.till + "\"}";
        }
        while (leaves.size() > 1) {
            std::vector<std::string> above;
            for (std::size_t i = 0; i + 1 < leaves.size(); i += 2) above.push_back(sha256_hex("\x01" + bytes_of(leaves[i]) + bytes_of(leaves[i + 1])));
            if (leaves.size() % 2 == 1) above.push_back(leaves.back());
            leaves = above;
        }
        std::string message = std::string("mulin.district.root.v1") + '\0';
        append_number(message, static_cast<std::uint64_t>(++number), 8);
        append_counted(message, at, 2);
        message += bytes_of(prev) + bytes_of(leaves[0]);
        append_number(message, points.size(), 8);
        const std::string digest = sha256_hex(message);
        const std::string head = "{\"at\":\"" + at + "\",\"number\":" + std::to_string(number) + ",\"points\":";
        const std::string tail = ",\"prev\":\"" + prev + "\",\"root\":\"" + leaves[0] + "\",\"signature\":\"" + district.sign(digest) + "\"}";
        prev = digest;
        return {head + "[" + list + "]" + tail, head + std::to_string(points.size()) + tail};
    }
};

class JournalWriter {
  public:
    JournalWriter() { open("null"); }

    void open(const std::string& parent, const std::string& reason = "start") {
        add("epoch_open", "{\"parent\":" + parent + ",\"public_key\":\"" + signer.public_hex() +
                              "\",\"reason\":\"" + reason + "\",\"software\":\"test\"}");
    }
    std::string parent() const {
        return "{\"epoch\":\"" + last.epoch + "\",\"hash\":\"" + last.hash + "\",\"seq\":" + std::to_string(last.seq) + "}";
    }
    void new_epoch(const std::string& epoch) {
        const std::string before = parent();
        epoch_ = epoch;
        seq_ = 0;
        open(before);
    }
    // A sale of 1500 fen, 300 of it from the district.
    void sell(std::int64_t paid = 1200, std::int64_t benefit = 300) {
        ++sales_;
        list_ += 1500;
        benefit_ += benefit;
        paid_ += paid;
        add("sale", sale_data(paid, benefit));
    }
    void take_void(std::int64_t seq) {
        ++voids_;
        add("void", "{\"approver\":\"M1\",\"at\":" + kAt + ",\"cashier\":\"C1\",\"reason\":\"r\",\"ref\":\"v\",\"shift\":\"s\"," +
                        target(seq) + "}");
    }
    void refund(std::int64_t seq, std::int64_t value, std::int64_t paid, bool whole) {
        add("refund", "{\"approver\":\"M1\",\"at\":" + kAt + ",\"benefits\":" + benefits(value - paid) +
                          ",\"cash_rounding_fen\":0,\"cashier\":\"C1\",\"delivery_fen\":0,\"given_back\":[],\"lines\":[{\"amount_fen\":" +
                          std::to_string(value) + ",\"line\":0,\"quantity\":1}],\"paid_fen\":" + std::to_string(paid) +
                          ",\"payments\":[{\"amount_fen\":" + std::to_string(paid) +
                          ",\"attempt\":\"a\",\"channel\":\"cash\",\"method\":\"cash\",\"refund\":\"r\"}],\"reason\":\"r\",\"ref\":\"f\","
                          "\"shift\":\"s\",\"site\":\"S1\"," + target(seq) + ",\"whole\":" + (whole ? "true" : "false") + "}");
    }
    // Changes to the key of another Signer; the new epoch follows.
    void change_key(unsigned char first_byte, const std::string& epoch) {
        name_key(Signer(first_byte), Signer(first_byte));
        signer = Signer(first_byte);
        const std::string before = parent();
        epoch_ = epoch;
        seq_ = 0;
        open(before, "key_change");
    }
    // `named` becomes the key if `proving` is it.
    void name_key(const Signer& named, const Signer& proving) {
        std::string message = std::string("mulin.journal.key.v1") + '\0';
        append_counted(message, "T1", 2);
        message += bytes_of(signer.public_hex()) + bytes_of(named.public_hex());
        add("key_change", "{\"proof\":\"" + proving.sign(sha256_hex(message)) + "\",\"public_key\":\"" + named.public_hex() + "\"}");
    }
    void close_shift() {
        add("shift_close", "{\"at\":" + kAt + ",\"cash_counted_fen\":null,\"cashier\":\"C1\",\"shift\":\"s\",\"totals\":{\"benefit_fen\":0,"
                           "\"cash_due_fen\":0,\"list_fen\":0,\"paid_fen\":0,\"sales\":0,\"voids\":0}}");
    }
    // The district signs this line.
    void countersign(const Line& close, const Signer& district) {
        std::string message = std::string("mulin.district.close.v1") + '\0';
        append_counted(message, "T1", 2);
        append_counted(message, close.epoch, 2);
        append_number(message, static_cast<std::uint64_t>(close.seq), 8);
        message += bytes_of(close.hash);
        append_counted(message, bare(kAt), 2);
        add("countersigned", "{\"at\":" + kAt + ",\"epoch\":\"" + close.epoch + "\",\"hash\":\"" + close.hash + "\",\"seq\":" +
                                 std::to_string(close.seq) + ",\"signature\":\"" + district.sign(sha256_hex(message)) + "\"}");
    }
    void add(const std::string& kind, const std::string& data) {
        Line line{"T1", epoch_, last.hash.empty() ? std::string(64, '0') : last.hash, "", "", "", ++seq_};
        line.body = "{\"at\":" + kAt + ",\"business_date\":\"2026-03-10\",\"data\":" + data + ",\"kind\":\"" + kind +
                    "\",\"mono_ms\":5,\"suite\":1,\"totals\":{\"benefit_fen\":" + std::to_string(benefit_) +
                    ",\"list_fen\":" + std::to_string(list_) + ",\"paid_fen\":" + std::to_string(paid_) +
                    ",\"sales\":" + std::to_string(sales_) + ",\"voids\":" + std::to_string(voids_) + "},\"v\":1}";
        put(line);
    }
    // Seals what stands in `line` and makes it the newest.
    void put(Line line) {
        line.hash = hash_of(line);
        line.sig = signer.sign(line.hash);
        last = line;
        lines.push_back(spelled(line));
    }
    // Replaces the newest line by a changed one, sealed with the till's own key.
    void reseal(Line changed) {
        lines.pop_back();
        put(std::move(changed));
    }

    Signer signer{7};
    std::vector<std::string> lines;
    Line last;

    inline static const std::string kAt = "\"2026-03-10T11:45:00+08:00\"";
    static std::string bare(const std::string& quoted_text) { return quoted_text.substr(1, quoted_text.size() - 2); }

  private:
    static std::string target(std::int64_t seq) {
        return "\"target\":{\"epoch\":\"e1\",\"seq\":" + std::to_string(seq) + ",\"till\":\"T1\"}";
    }
    static std::string benefits(std::int64_t amount) {
        const std::string fen = std::to_string(amount);
        return "[{\"amount_fen\":" + fen + ",\"name_en\":\"b\",\"name_zh\":\"b\",\"payers\":[{\"amount_fen\":" + fen +
               ",\"payer\":\"district\"}],\"rule\":\"r\"}]";
    }
    static std::string sale_data(std::int64_t paid, std::int64_t benefit) {
        return "{\"at\":" + kAt + ",\"benefits\":" + benefits(benefit) +
               ",\"cash_rounding_fen\":0,\"cashier\":\"C1\",\"category\":\"first\",\"clock_suspect\":false,\"delivery_fen\":0,"
               "\"diner\":\"D1\",\"lines\":[{\"amount_fen\":1500,\"item\":\"i\",\"item_class\":\"set\",\"name_en\":\"n\",\"name_zh\":"
               "\"套餐\",\"quantity\":1,\"unit_price_fen\":1500,\"weight_g\":0}],\"list_fen\":1500,\"meal\":\"lunch\","
               "\"operator_amounts\":[],\"paid_fen\":" + std::to_string(paid) + ",\"payments\":[{\"amount_fen\":" +
               std::to_string(paid) + ",\"attempt\":\"a\",\"change_fen\":0,\"channel\":\"cash\",\"discounts\":[],\"given_fen\":0,"
               "\"method\":\"cash\",\"outcome\":\"approved\"}],\"policy_version\":\"p\",\"ref\":\"r\",\"service\":\"dine_in\","
               "\"shift\":\"s\",\"site\":\"S1\",\"subdistrict\":\"310110016\",\"training\":false,\"uses\":[],\"vendor\":\"V1\"}";
    }
    std::string epoch_ = "e1";
    std::int64_t seq_ = 0, sales_ = 0, list_ = 0, benefit_ = 0, paid_ = 0, voids_ = 0;
};

}  // namespace mulin::verify::tests
