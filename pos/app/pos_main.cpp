// mulin-pos: the terminal at the counter and its commands.

#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "payment/host/own_process.h"
#include "pos/app/data_commands.h"
#include "pos/app/lint_command.h"
#include "pos/app/play.h"
#include "pos/app/quote_command.h"
#include "pos/app/window_command.h"

namespace {

struct Arguments {
    std::string data;
    std::vector<std::string> policies;
    std::string cases;
    bool for_manager = false;
    std::vector<std::string> lint_paths;
    std::string play_file;
    std::string date;
    std::string server;
    std::string code;
    bool demo = false;
    bool json = false;
    bool once = false;
    mulin::pos::WindowArguments window;
    int exit_code = 0;
};

void add_data(CLI::App* command, Arguments& args) {
    command->add_option("--data", args.data, "The till's data directory")->required();
}

void add_data_commands(CLI::App& app, Arguments& args) {
    auto* init = app.add_subcommand("init", "Make a self-contained demo till");
    add_data(init, args);
    init->add_flag("--demo", args.demo, "Fill it with the demo district")->required();
    init->callback([&] { args.exit_code = mulin::pos::run_init_demo(args.data, std::cout, std::cerr); });

    auto* journal = app.add_subcommand("journal", "Export or verify the signed journal");
    journal->require_subcommand(1);
    auto* journal_export = journal->add_subcommand("export", "Every entry as one line of JSON");
    add_data(journal_export, args);
    journal_export->callback([&] { args.exit_code = mulin::pos::run_journal_export(args.data, std::cout, std::cerr); });
    auto* verify = journal->add_subcommand("verify", "Recompute everything; exit 1 at the first broken entry");
    add_data(verify, args);
    verify->callback([&] { args.exit_code = mulin::pos::run_journal_verify(args.data, std::cout, std::cerr); });

    auto* change_key = journal->add_subcommand("change-key", "Sign with a new key from now on; the journal names it under the old one");
    add_data(change_key, args);
    change_key->callback([&] { args.exit_code = mulin::pos::run_change_key(args.data, std::cout, std::cerr); });

    auto* reports = app.add_subcommand("report", "Counts and amounts");
    reports->require_subcommand(1);
    auto* day = reports->add_subcommand("day", "One business day");
    add_data(day, args);
    day->add_option("--date", args.date, "YYYY-MM-DD")->required();
    day->add_flag("--json", args.json, "One JSON document");
    day->callback([&] { args.exit_code = mulin::pos::run_report_day(args.data, args.date, args.json, std::cout, std::cerr); });
}

void add_sync_commands(CLI::App& app, Arguments& args) {
    auto* enroll = app.add_subcommand("enroll", "Join a district with a one-time code");
    add_data(enroll, args);
    enroll->add_option("--server", args.server, "https://host:port of the district")->required();
    enroll->add_option("--code", args.code, "The one-time code from `mulin-district till add`")->required();
    enroll->callback([&] { args.exit_code = mulin::pos::run_enroll(args.data, args.server, args.code, std::cout, std::cerr); });
    auto* sync = app.add_subcommand("sync", "Exchange with the district");
    add_data(sync, args);
    sync->add_flag("--once", args.once, "One full exchange, then stop")->required();
    sync->add_flag("--json", args.json, "One JSON document");
    sync->callback([&] { args.exit_code = mulin::pos::run_sync_once(args.data, args.json, std::cout, std::cerr); });
}

void add_rule_commands(CLI::App& app, Arguments& args) {
    auto* quote = app.add_subcommand("quote", "Price JSONL cases, one answer line each");
    quote->add_option("--policies", args.policies, "Policy files or directories")->required();
    quote->add_option("--cases", args.cases, "JSONL file; standard input when absent");
    quote->add_flag("--manager", args.for_manager, "Also say why in full; not for the counter");
    quote->callback([&] {
        args.exit_code = mulin::pos::run_quote(args.policies, args.cases, std::cin, std::cout, std::cerr, args.for_manager);
    });
    auto* policy = app.add_subcommand("policy", "Work on policy files");
    policy->require_subcommand(1);
    auto* lint = policy->add_subcommand("lint", "Find errors, gaps, overlaps and unfunded benefits");
    lint->add_option("paths", args.lint_paths, "Policy files or directories")->required();
    lint->callback([&] { args.exit_code = mulin::pos::run_policy_lint(args.lint_paths, std::cout, std::cerr); });
}

void add_play(CLI::App& app, Arguments& args) {
    auto* play = app.add_subcommand("play", "Carry out cashier actions from JSONL, without a window");
    play->add_option("file", args.play_file, "JSONL file, or - for standard input")->required();
    add_data(play, args);
    play->callback([&] { args.exit_code = mulin::pos::run_play(args.data, args.play_file, std::cout, std::cerr); });
}

void add_window(CLI::App& app, Arguments& args) {
    app.add_option("--data", args.data, "The till's data directory: opens the till's window");
    app.add_option("--window", args.window.size, "Window size, such as 1366x768 or 1920x1080");
    app.add_flag("--kiosk", args.window.kiosk, "Full screen, without decoration");
    app.add_option("--lang", args.window.language, "zh-CN or en")->check(CLI::IsMember({"zh-CN", "en"}));
    app.add_option("--hit-map", args.window.hit_map, "Keep the places of all widgets in this file, as JSON");
}

}  // namespace

int main(int argc, char** argv) {
    mulin::payment::host::leave_no_core();
    std::ios::sync_with_stdio(false);
    CLI::App app("Mulin, the till of a community canteen for the elderly", "mulin-pos");
    app.set_version_flag("--version", "mulin-pos 0.1.0");
    app.require_subcommand(0, 1);
    Arguments args;
    add_window(app, args);
    add_data_commands(app, args);
    add_sync_commands(app, args);
    add_rule_commands(app, args);
    add_play(app, args);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error, std::cout, std::cerr);
        std::cerr << "mulin-pos: " << error.what() << "; see `mulin-pos --help`.\n";
        return 2;
    }
    if (!app.get_subcommands().empty()) return args.exit_code;
    if (args.data.empty()) {
        std::cerr << "mulin-pos: say which till with --data DIR, or see `mulin-pos --help`.\n";
        return 2;
    }
    args.window.data = args.data;
    return mulin::pos::run_window(args.window, std::cerr);
}
