#include "payment/simulated/ledger_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

namespace mulin::payment {
namespace {

std::optional<LedgerLine> parse_line(const std::string& text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("event") || !json.contains("payment")) return std::nullopt;
    try {
        return LedgerLine{json.at("event").get<std::string>(), json.at("payment").get<std::string>(),
                          json.value("order", ""), json.value("amount_fen", std::int64_t{0}),
                          json.value("script", 0)};
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

std::string text_of(const LedgerLine& line) {
    nlohmann::ordered_json json{{"event", line.event}, {"payment", line.payment_id}};
    if (line.event == "start" || line.event == "refunded") {
        json["order"] = line.order_ref;
        json["amount_fen"] = line.amount_fen;
        json["script"] = line.script;
    }
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

bool write_all(int file, const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t wrote = ::write(file, text.data() + done, text.size() - done);
        if (wrote <= 0) return false;
        done += static_cast<std::size_t>(wrote);
    }
    return ::fdatasync(file) == 0;
}

}  // namespace

Result<std::unique_ptr<LedgerFile>> LedgerFile::open(const std::string& path,
                                                     std::vector<LedgerLine>& lines) {
    std::ifstream input(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(input)), std::istreambuf_iterator<char>());
    const auto last_end = text.rfind('\n');
    text.resize(last_end == std::string::npos ? 0 : last_end + 1);
    for (std::size_t from = 0; from < text.size();) {
        const auto end = text.find('\n', from);
        auto line = parse_line(text.substr(from, end - from));
        if (!line) {
            return fail(ErrorCode::corrupt, "The simulated gateway's ledger " + path +
                                                " is damaged: move it away to start a new one.");
        }
        lines.push_back(std::move(*line));
        from = end + 1;
    }
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0 || ::ftruncate(file, static_cast<off_t>(text.size())) != 0) {
        if (file >= 0) ::close(file);
        return fail(ErrorCode::disk, "The simulated gateway's ledger " + path +
                                         " cannot be written: check the folder and its rights.");
    }
    return std::unique_ptr<LedgerFile>(new LedgerFile(file));
}

LedgerFile::~LedgerFile() { ::close(file_); }

Status LedgerFile::append(const LedgerLine& line) {
    if (write_all(file_, text_of(line))) return ok();
    return fail(ErrorCode::disk, "The simulated gateway's ledger cannot be written: check the disk.", true);
}

}  // namespace mulin::payment
