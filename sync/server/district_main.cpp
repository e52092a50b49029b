// mulin-district: the district's server and its operator commands. Reads the command line and files,
// prints results; everything else is in the functions it calls.

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <iostream>
#include <map>
#include <sstream>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "sync/console/member.h"
#include "sync/server/demo_seed.h"
#include "sync/server/district_copy.h"
#include "sync/server/serve.h"
#include "sync/statements/statement.h"

namespace {

using namespace mulin;
using namespace mulin::sync::server;
using payment::ErrorCode;
using payment::fail;

constexpr std::size_t kMaxInputBytes = 200u * 1024 * 1024;

struct Asked {
    std::string data;
    bool demo = false;
    std::string database;
    std::string id = "district";
    std::string name_zh = "区";
    std::string name_en = "District";
    ServeOptions serve;
    Command command;
    std::vector<std::string> paths;
    std::string site, till, date, month;
    std::string channel, profile;
    std::map<std::string, std::string> words;  // of the card and staff commands
    std::vector<std::string> sites;
    std::string password_file;
    bool json = false;
    bool csv = false;
    bool unexpected = false;
    bool unfinished = false;
};

int report(const payment::Error& error) {
    std::fprintf(stderr, "mulin-district: %s\n", error.message.c_str());
    return failed(error).exit_code;
}

int print(const CommandResult& result) {
    std::fwrite(result.out.data(), 1, result.out.size(), stdout);
    if (!result.err.empty()) std::fprintf(stderr, "mulin-district: %s\n", result.err.c_str());
    return std::fflush(stdout) == 0 ? result.exit_code : 3;
}

payment::Result<sync::PolicyDocument> read_input(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (!in) return fail(ErrorCode::invalid_input, "Cannot read " + path.string() + "; check that it is there and readable.");
    if (text.view().size() > kMaxInputBytes) return fail(ErrorCode::invalid_input, path.string() + " is too large.");
    return sync::PolicyDocument{path.filename().string(), text.str()};
}

// Files as named; of a folder all *.json, by name.
payment::Result<std::vector<sync::PolicyDocument>> read_inputs(const std::vector<std::string>& paths) {
    std::vector<std::filesystem::path> files;
    for (const auto& path : paths) {
        std::error_code error;
        if (!std::filesystem::is_directory(path, error)) {
            files.emplace_back(path);
            continue;
        }
        for (const auto& file : std::filesystem::directory_iterator(path, error)) {
            if (file.path().extension() == ".json") files.push_back(file.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<sync::PolicyDocument> inputs;
    for (const auto& file : files) {
        MULIN_TRY(auto input, read_input(file));
        inputs.push_back(std::move(input));
    }
    return inputs;
}

// A password does not have to stand on the command line: "-" reads the line from stdin.
std::string database_named(const Asked& asked) {
    std::string url = asked.database;
    if (url == "-") std::getline(std::cin, url);
    return url;
}

int run_init(const Asked& asked) {
    payment::SystemClock clock;
    payment::SystemRandom random;
    const std::string database = database_named(asked);
    payment::Status made = payment::ok();
    if (asked.demo) {
        made = create_demo_district(asked.data, MULIN_ASSETS_DIR, clock, random, database);
    } else {
        std::array<std::uint8_t, 32> key{};
        random.fill(key);
        made = District::create(asked.data, {asked.id, asked.name_zh, asked.name_en, payment::hex(key)}, clock, random, database);
    }
    if (!made) return report(made.error());
    std::printf("district made in %s\n", asked.data.c_str());
    if (asked.demo) {
        std::printf("console sign-in: admin, settle, manager or auditor; password %s\n", sync::console::kDemoPassword);
    }
    return 0;
}

int run_restore(const Asked& asked) {
    payment::SystemClock clock;
    payment::SystemRandom random;
    const auto restored = restore_district(asked.data, asked.paths.at(0), database_named(asked), clock, random);
    if (!restored) return report(restored.error());
    std::printf("district restored in %s; tills will feed what came after the backup\n", asked.data.c_str());
    return 0;
}

int run_move(const Asked& asked) {
    payment::SystemClock clock;
    payment::SystemRandom random;
    const auto rows = move_to_postgres(asked.data, database_named(asked), clock, random);
    if (!rows) return report(rows.error());
    std::printf("moved %lld rows; tables, the journal's export and all reports are equal\n", static_cast<long long>(*rows));
    return 0;
}

int run_serve(const Asked& asked) {
    payment::SystemClock clock;
    payment::SystemRandom random;
    const auto district = District::open(asked.data, clock, random);
    if (!district) return report(district.error());
    const auto served = serve(**district, asked.serve, [](const std::string& line) {
        std::printf("%s\n", line.c_str());
        std::fflush(stdout);
    });
    return served ? 0 : report(served.error());
}

// A bill is decoded here: commands carry text.
payment::Status prepare_bill(const Asked& asked, Command& command) {
    if (command.name != "statement import") return payment::ok();
    command.words["channel"] = asked.channel;
    if (command.files.size() != 1) return fail(ErrorCode::invalid_input, "Name one bill.");
    MULIN_TRY(auto decoded, decode_statement(command.files[0].text, command.files[0].name));
    command.files[0].text = std::move(decoded.text);
    command.words["encoding"] = decoded.encoding;
    if (asked.profile.empty()) return payment::ok();
    MULIN_TRY(auto profile, read_input(asked.profile));
    command.files.push_back(std::move(profile));
    return payment::ok();
}

// A password never stands on a command line, where other users see it.
payment::Status prepare_password(const Asked& asked, Command& command) {
    if (asked.password_file.empty()) return payment::ok();
    std::ifstream file(asked.password_file);
    std::istream& in = asked.password_file == "-" ? std::cin : file;
    std::string password;
    if (!std::getline(in, password) || password.empty()) {
        return fail(ErrorCode::invalid_input, "No password could be read from " + asked.password_file + ".");
    }
    command.words["password"] = password;
    return payment::ok();
}

// Here when nobody holds the district, else in the server that does. The server may be just starting
// or stopping, so both are tried for a few seconds.
int run_operator(const Asked& asked) {
    Command command = asked.command;
    command.words = {{"site", asked.site}, {"till", asked.till}, {"date", asked.date}, {"month", asked.month}};
    for (const auto& [key, word] : asked.words) {
        if (!word.empty()) command.words[key] = word;
    }
    for (const std::string& site : asked.sites) command.words["sites"] += (command.words["sites"].empty() ? "" : ",") + site;
    if (const auto given = prepare_password(asked, command); !given) return report(given.error());
    if (asked.json) command.words["json"] = "1";
    if (asked.csv) command.words["csv"] = "1";
    if (asked.unexpected) command.words["unexpected"] = "1";
    if (asked.unfinished) command.words["unfinished"] = "1";
    auto files = read_inputs(asked.paths);
    if (!files) return report(files.error());
    command.files = std::move(*files);
    if (const auto ready = prepare_bill(asked, command); !ready) return report(ready.error());
    payment::SystemClock clock;
    payment::SystemRandom random;
    const auto give_up = clock.monotonic().ms + 5'000;
    for (;;) {
        const auto district = District::open(asked.data, clock, random);
        if (district) return print(run_command(**district, command));
        if (district.error().code != ErrorCode::conflict) return report(district.error());
        const auto result = run_in_server(asked.data, command);
        if (result) return print(*result);
        if (clock.monotonic().ms > give_up) return report(result.error());
        ::usleep(50'000);
    }
}

int run_backup(const Asked& asked) {
    Asked with = asked;
    with.words["file"] = std::filesystem::absolute(asked.paths.at(0)).string();
    with.paths.clear();
    return run_operator(with);
}

class CommandLine {
  public:
    CommandLine() {
        app_.require_subcommand(1);
        app_.set_version_flag("--version", std::string("mulin-district ") + MULIN_VERSION);
        add_init();
        add_keeping();
        add_serve();
        add_tills();
        add_publishing();
        add_cards();
        add_office();
        add_reading();
        add_settlement();
        add_review();
        add_statements();
    }

    int run(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            if (error.get_exit_code() == 0) return app_.exit(error);
            std::fprintf(stderr, "mulin-district: %s; see mulin-district --help\n", error.what());
            return 2;
        }
        return run_(asked_);
    }

  private:
    CLI::App* leaf(CLI::App& parent, const char* name, const char* what, std::function<int(const Asked&)> run,
                   const char* command = "") {
        CLI::App* leaf = parent.add_subcommand(name, what);
        leaf->add_option("--data", asked_.data, "data directory of the district")->required();
        leaf->callback([this, run = std::move(run), command] {
            asked_.command.name = command;
            run_ = run;
        });
        return leaf;
    }
    CLI::App& group(const char* name, const char* what) {
        CLI::App* made = app_.add_subcommand(name, what);
        made->require_subcommand(1);
        return *made;
    }

    void add_init() {
        CLI::App* init = leaf(app_, "init", "create a district: keys, certificate authority, database", run_init);
        init->add_flag("--demo", asked_.demo, "fill it with the invented demo district");
        init->add_option("--database", asked_.database, "postgresql://…, or - to read it from stdin; default is SQLite inside DIR");
        init->add_option("--id", asked_.id, "short name of the district, letters and digits");
        init->add_option("--name-zh", asked_.name_zh, "Chinese name");
        init->add_option("--name-en", asked_.name_en, "English name");
    }
    void add_keeping() {
        CLI::App* backup = leaf(app_, "backup", "the whole district as one file, also while it is served", run_backup, "backup");
        backup->add_option("file", asked_.paths, "file to write, which must not be there yet")->required()->expected(1);
        backup->footer("The file holds the district's keys and is readable by its owner only; keep it as safe as the district.");
        CLI::App* restore = leaf(app_, "restore", "make a district from a backup, in an empty directory", run_restore);
        restore->add_option("file", asked_.paths, "backup")->required()->expected(1);
        restore->add_option("--database", asked_.database, "an empty postgresql://…, or -; default is SQLite inside DIR");
        leaf(app_, "move", "from SQLite to an empty PostgreSQL, compared before it counts", run_move)
            ->add_option("--database", asked_.database, "postgresql://…, or - to read it from stdin")->required();
    }
    void add_serve() {
        CLI::App* serve = leaf(app_, "serve", "serve tills and the console until SIGTERM", run_serve);
        serve->add_option("--listen", asked_.serve.listen, "address for tills")->default_str("127.0.0.1:8443");
        serve->add_option("--console", asked_.serve.console, "address of the console")->default_str("127.0.0.1:8080");
        serve->add_option("--name", asked_.serve.names, "further host name or address that tills and browsers use");
        serve->add_option("--console-certificate", asked_.serve.console_certificate, "the console's own certificate, PEM")
            ->needs(serve->add_option("--console-key", asked_.serve.console_key, "and its key, PEM"));
        asked_.serve.listen = "127.0.0.1:8443";
        asked_.serve.console = "127.0.0.1:8080";
    }
    void add_tills() {
        CLI::App& till = group("till", "tills of the district");
        CLI::App* add = leaf(till, "add", "make a one-time enrolment code", run_operator, "till add");
        add->add_option("--site", asked_.site, "site where the till will stand")->required();
        add->add_flag("--json", asked_.json, "answer as JSON");
        leaf(till, "list", "tills and their watermarks", run_operator, "till list")->add_flag("--json", asked_.json, "answer as JSON");
        CLI::App* limits = leaf(till, "limits", "show or set how far tills go without the district", run_operator, "till limits");
        limits->add_option("--word-hours", asked_.words["word_hours"], "after so long each sale says that its rules may be old");
        limits->add_option("--hours", asked_.words["offline_hours"], "after so long benefits are provisional");
        limits->add_option("--persons", asked_.words["offline_persons"], "after so many persons benefits are provisional");
        leaf(till, "revoke", "refuse a till from now on", run_operator, "till revoke")->add_option("till", asked_.till, "till")->required();
    }
    // Numbers are hashed by the command; they stand nowhere but on this command line.
    void add_cards() {
        CLI::App& card = group("card", "stored-value cards");
        const auto of_card = [&](const char* name, const char* what, const char* command) {
            CLI::App* made = leaf(card, name, what, run_operator, command);
            made->add_option("number", asked_.words["card"], "number on the card")->required();
            made->add_flag("--json", asked_.json, "answer as JSON");
            return made;
        };
        of_card("balance", "state and balance of a card", "card balance");
        of_card("block", "refuse a card from now on", "card block");
        of_card("unblock", "take a block back", "card unblock");
        of_card("replace", "a new card for the same account; the old one is dead", "card replace")
            ->add_option("new", asked_.words["new_card"], "number on the new card")->required();
        CLI::App* limits = leaf(card, "limits", "show or set what tills may do offline, in fen", run_operator, "card limits");
        limits->add_option("--card-day", asked_.words["card_day"], "one card, one day, at one till");
        limits->add_option("--till-day", asked_.words["till_day"], "all cards, one day, at one till");
        limits->add_option("--tolerance", asked_.words["tolerance"], "how far below nothing an account may go");
        CLI::App* review = leaf(card, "review", "bookings that a person must look at; decide one", run_operator, "card review");
        review->add_option("--booking", asked_.words["booking"], "booking to decide");
        review->add_option("--to", asked_.words["to"], "diner (pays after all) or loss (the district's)");
        review->add_option("--by", asked_.words["by"], "who decides");
        leaf(card, "audit", "add up all accounts again", run_operator, "card audit");
    }
    void add_office() {
        CLI::App& staff = group("staff", "who may sign in to the console");
        const auto of_member = [&](const char* name, const char* what, const char* command) {
            CLI::App* made = leaf(staff, name, what, run_operator, command);
            made->add_option("name", asked_.words["member"], "sign-in name")->required();
            return made;
        };
        CLI::App* add = of_member("add", "let somebody sign in; prints a password unless one is given", "staff add");
        add->add_option("--role", asked_.words["role"], "administrator, settlement, site_manager or auditor")->required();
        add->add_option("--site", asked_.sites, "site of a site manager; may be given again");
        add->add_option("--shown", asked_.words["shown"], "their name for people");
        CLI::App* password = of_member("password", "a new password; ends their sign-ins and unlocks the name", "staff password");
        for (CLI::App* one : {add, password}) {
            one->add_option("--password-file", asked_.password_file, "read the password from the first line of FILE, - for stdin");
            one->add_flag("--json", asked_.json, "answer as JSON");
        }
        of_member("close", "nobody signs in with this name from now on", "staff close");
        of_member("open", "take that back", "staff open");
        of_member("unlock", "forget wrong tries", "staff unlock");
        leaf(staff, "list", "who may sign in", run_operator, "staff list")->add_flag("--json", asked_.json, "answer as JSON");
        CLI::App& audit = group("audit", "who looked at what");
        leaf(audit, "list", "the audit log, a JSON object a line", run_operator, "audit list")->add_flag("--json", asked_.json, "as JSON (the default)");
        leaf(audit, "verify", "check that no line was changed or taken out", run_operator, "audit verify");
    }
    void add_publishing() {
        CLI::App& diners = group("diners", "people who eat here");
        leaf(diners, "import", "add or replace diners from CSV, all or nothing", run_operator, "diners import")
            ->add_option("file", asked_.paths, "CSV file")->required()->expected(1);
        CLI::App* suspend = leaf(diners, "suspend", "no benefits at any till until they are restored", run_operator, "diners suspend");
        suspend->add_option("diner", asked_.words["diner"], "diner")->required();
        suspend->add_option("--reason", asked_.words["reason"], "suspended (the default) or deceased");
        leaf(diners, "restore", "take a suspension back", run_operator, "diners restore")
            ->add_option("diner", asked_.words["diner"], "diner")->required();
        CLI::App& policy = group("policy", "rules");
        leaf(policy, "publish", "replace the published rules", run_operator, "policy publish")
            ->add_option("path", asked_.paths, "policy files or folders")->required();
        CLI::App& menu = group("menu", "menus");
        leaf(menu, "publish", "add or replace menus", run_operator, "menu publish")
            ->add_option("file", asked_.paths, "menu file")->required()->expected(1);
    }
    void add_reading() {
        CLI::App& journal = group("journal", "what tills have sent");
        leaf(journal, "export", "the exact signed entries as JSONL", run_operator, "journal export")->add_option("--till", asked_.till, "only this till");
        leaf(journal, "roots", "the daily roots over everything accepted, as JSONL", run_operator, "journal roots");
        leaf(journal, "key", "the public key that signs roots and closes", run_operator, "journal key");
        leaf(journal, "verify", "check every chain and signature", run_operator, "journal verify")->add_option("--till", asked_.till, "only this till");
        CLI::App& reports = group("report", "counts and amounts");
        CLI::App* day = leaf(reports, "day", "one business date", run_operator, "report day");
        day->add_option("--date", asked_.date, "YYYY-MM-DD")->required();
        CLI::App* month = leaf(reports, "month", "one month", run_operator, "report month");
        month->add_option("--month", asked_.month, "YYYY-MM")->required();
        for (CLI::App* one : {day, month}) {
            one->add_flag("--json", asked_.json, "as JSON (the default)");
            one->add_flag("--csv", asked_.csv, "as CSV for a spreadsheet");
        }
    }

    void add_settlement() {
        CLI::App& verdicts = group("verdict", "what becomes of claims");
        leaf(verdicts, "waiting", "claims in suspense until a person decides, as JSONL", run_operator, "verdict waiting")
            ->add_flag("--json", asked_.json, "as JSONL (the default)");
        const auto of_sale = [&](const char* name, const char* what, const char* command) {
            CLI::App* made = leaf(verdicts, name, what, run_operator, command);
            made->add_option("sale", asked_.words["sale"], "TILL/EPOCH/NUMBER, of a fork with /HASH behind it")->required();
            made->add_flag("--json", asked_.json, "as JSONL (the default)");
            return made;
        };
        of_sale("show", "what became of a sale, and who decided what", "verdict show");
        CLI::App* decide = of_sale("decide", "decide a claim that waits, or an appeal", "verdict decide");
        decide->add_option("--as", asked_.words["as"], "accept (in order; the rules judge it), vendor, tolerance or diner (bears it)")->required();
        CLI::App* dispute = of_sale("dispute", "the diner says it was somebody else", "verdict dispute");
        for (CLI::App* one : {decide, dispute}) {
            one->add_option("--by", asked_.words["by"], "name of the person")->required();
            one->add_option("--reason", asked_.words["reason"], "why")->required();
        }
        CLI::App* site = leaf(verdicts, "site", "a site's verdicts that are not simply granted, as JSONL", run_operator, "verdict site");
        site->add_option("--site", asked_.site, "site")->required();
        site->add_option("--month", asked_.month, "YYYY-MM")->required();
        CLI::App* rules = leaf(verdicts, "rules", "show or set by what shortfalls are shared", run_operator, "verdict rules");
        rules->add_option("--tolerance", asked_.words["tolerance"], "what the district bears of honest doubles a day and diner, in fen");
        rules->add_option("--one-a-meal", asked_.words["one_a_meal"], "yes: one subsidised claim a diner, date and meal, whatever the rules say");
        CLI::App& ledger = group("ledger", "double entry of what payers owe");
        leaf(ledger, "verify", "add up every account and report again", run_operator, "ledger verify")->add_flag("--json", asked_.json, "as JSON (the default)");
        CLI::App* show = leaf(ledger, "show", "one figure down to its entries, as JSONL", run_operator, "ledger show");
        show->add_option("--sale", asked_.words["sale"], "TILL/EPOCH/NUMBER");
        show->add_option("--account", asked_.words["account"], "subsidy:PAYER, vendor:ID, loss:ID, diner:ID, tolerance or suspense");
        show->add_option("--month", asked_.month, "period the entry counts in");
        show->add_option("--payer", asked_.words["payer"], "as --account subsidy:PAYER");
        show->add_option("--vendor", asked_.words["vendor"], "only this vendor's");
        show->add_option("--site", asked_.site, "only this site's");
        show->add_option("--reason", asked_.words["reason"], "only with this verdict");
        show->add_flag("--json", asked_.json, "as JSONL (the default)");
        CLI::App& close = group("close", "months that nobody changes any more");
        CLI::App* month = leaf(close, "month", "two persons freeze the report of a month", run_operator, "close month");
        month->add_option("--month", asked_.month, "YYYY-MM")->required();
        month->add_option("--by", asked_.words["by"], "who closes")->required();
        month->add_option("--approver", asked_.words["approver"], "who agrees: another person")->required();
        month->add_flag("--unfinished", asked_.unfinished, "also before the month is over");
        month->add_flag("--json", asked_.json, "as JSON (the default)");
        month->footer("What arrives later is booked in the first open month, as an adjustment of this one. A closed month stays closed.");
        leaf(close, "list", "closed months, by whom, with the hash of the report", run_operator, "close list")->add_flag("--json", asked_.json, "as JSONL (the default)");
    }

    void add_review() {
        CLI::App* backtest = leaf(app_, "backtest", "what a draft of the rules would have done to a month's real meals", run_operator, "backtest");
        backtest->add_option("--policies", asked_.paths, "the whole draft: policy and calendar files, or folders")->required();
        backtest->add_option("--month", asked_.month, "YYYY-MM")->required();
        backtest->add_flag("--json", asked_.json, "as JSON (the default)");
        backtest->add_flag("--csv", asked_.csv, "as CSV for a spreadsheet");
        backtest->footer(
            "Prices every meal that was served in the month (no training, nothing voided) under the draft: in the order served,\n"
            "at its own time, with the diner's facts of that day. Counters and pools are the draft's own and start empty on the\n"
            "first of the month; only natural weeks are run in from their Monday. A policy that begins later than the month is\n"
            "taken as in force all along (\"taken_as_in_force\"). Give everything that would be published together. Says: what\n"
            "each payer really gave and would have given, diners and sales better and worse off by class (age, aid, category of\n"
            "record; never a person), pools and when they would have run dry, totals per rule, sales the draft refuses, and sales\n"
            "that could not be priced, by reason and number. Equal input gives equal bytes. Nothing is changed.");
        CLI::App* differences = leaf(app_, "differences", "sales where till and district come to different prices", run_operator, "differences");
        differences->add_flag("--json", asked_.json, "a JSON object a line (the default)");
        differences->add_option("--date", asked_.date, "only this business date");
        differences->add_option("--month", asked_.month, "only this month, YYYY-MM");
        differences->add_flag("--unexpected", asked_.unexpected, "leave out what slow networks explain");
        differences->footer(
            "Every uploaded sale is priced again by the rules and facts in force when it was served. \"reasons\" says why a till came\n"
            "to something else: no_lease, served_elsewhere, older_facts, newer_facts, older_rules, full_price are expected in an honest\n"
            "district; newer_rules, wrong_amounts, unknown_rules are not; unknown_diner, unknown_site, no_rules and invalid_request\n"
            "could not be judged. \"diner_more_fen\" is what the diner paid beyond the district's price. \"till\" and \"district\" hold\n"
            "both accounts. A pool of which more was taken than there is gets a line of its own (pool_overdrawn).");
    }

    void add_statements() {
        CLI::App& statement = group("statement", "bills of payment channels");
        CLI::App* import = leaf(statement, "import", "take in a channel's bill, all or nothing", run_operator, "statement import");
        import->add_option("--channel", asked_.channel, "as tills name it: wechat, alipay, unionpay, chinaums, ...")->required();
        import->add_option("--profile", asked_.profile, "column mapping, for channels other than wechat and alipay");
        import->add_option("file", asked_.paths, "CSV file, unpacked; UTF-8 or GB18030")->required()->expected(1);
        import->add_flag("--json", asked_.json, "answer as JSON");
        import->footer(
            "WeChat trade bills (V2 and V3) and Alipay business detail are known; assets/statements/README.md shows how to write a\n"
            "profile for others. Rows are kept word for word. A transaction that is held already is counted and not taken twice;\n"
            "one that is held with other figures, or anything that cannot be read, refuses the whole file and names the line.");
        leaf(statement, "list", "the bills that were taken in", run_operator, "statement list")->add_flag("--json", asked_.json, "as JSON (the default)");
        CLI::App* match = leaf(statement, "match", "tills' books beside the bills of one day", run_operator, "statement match");
        match->add_option("--date", asked_.date, "YYYY-MM-DD")->required();
        match->add_flag("--json", asked_.json, "as JSON (the default)");
    }

    CLI::App app_{"The district server of Mulin"};
    Asked asked_;
    std::function<int(const Asked&)> run_;
};

}  // namespace

int main(int argc, char** argv) { return CommandLine().run(argc, argv); }
