// mulin-verify: checks an export of a till's or a district's journal against keys from elsewhere.
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>

#include "sync/verify/chain.h"

namespace {

using namespace std::string_literals;
using mulin::verify::Finding;
using mulin::verify::Verifier;

struct Options {
    std::string file = "-";
    std::vector<std::string> keys;
    std::string key_file;
    std::vector<std::string> heads;
    std::string state;  // of an earlier run
    std::string district_key;
    std::string roots;
    bool json = false;
};

[[noreturn]] void stop(int code, const std::string& sentence) {
    std::cerr << "mulin-verify: " << sentence << "\n";
    std::exit(code);
}

std::vector<std::string> split(const std::string& text, char mark) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == mark) parts.emplace_back();
        else parts.back() += c;
    }
    return parts;
}

void trust(Verifier& verifier, const std::string& pair) {
    const auto at = pair.rfind('=');
    if (at == std::string::npos || at == 0 || !verifier.trust(pair.substr(0, at), pair.substr(at + 1)))
        stop(2, "a key is given as TILL=64 hexadecimal digits, and the same as in the state, not as " + pair + ".");
}

void read_keys(Verifier& verifier, const Options& options) {
    for (const auto& key : options.keys) trust(verifier, key);
    if (options.key_file.empty()) return;
    std::ifstream file(options.key_file);
    if (!file) stop(3, "cannot read " + options.key_file + ".");
    for (std::string line; std::getline(file, line);)
        if (!line.empty() && line[0] != '#') trust(verifier, line);
}

void read_heads(Verifier& verifier, const Options& options) {
    for (const auto& head : options.heads) {
        const auto parts = split(head, '/');
        if (parts.size() != 4 || parts[2].empty() || parts[2].find_first_not_of("0123456789") != std::string::npos ||
            parts[2].size() > 15)
            stop(2, "a head is given as TILL/EPOCH/SEQ/HASH, not as " + head + ".");
        verifier.expect(parts[0], parts[1], std::stoll(parts[2]), parts[3]);
    }
}

void load_state(Verifier& verifier, const Options& options) {
    std::ifstream file(options.state, std::ios::binary);
    if (!file) return;  // the first run makes it
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!verifier.load(text)) stop(2, options.state + " is not a state that mulin-verify has written; nothing was changed.");
}

void save_state(const Verifier& verifier, const Options& options) {
    const std::string fresh = options.state + ".new";
    {
        std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
        file << verifier.save();
        if (!file.flush()) stop(3, "cannot write " + fresh + ".");
    }
    if (std::rename(fresh.c_str(), options.state.c_str()) != 0) stop(3, "cannot write " + options.state + ".");
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
    return out;
}

void print(const Finding& finding, std::int64_t line, bool json) {
    if (json)
        std::cout << "{\"line\":" << line << ",\"damage\":\"" << name_of(finding.damage) << "\",\"till\":\"" << escaped(finding.till)
                  << "\",\"entry\":\"" << escaped(finding.entry) << "\",\"message\":\"" << escaped(finding.what) << "\"}\n";
    else
        std::cout << (line > 0 ? "line " + std::to_string(line) + ": " : ""s) << name_of(finding.damage)
                  << (finding.entry.empty() ? "" : " " + finding.entry) << ": " << finding.what << "\n";
}

struct Found {
    std::int64_t findings = 0;
    std::int64_t harm = 0;  // that is more than a branch, whose lines all hold
};

Found check(Verifier& verifier, std::istream& input, bool json) {
    std::int64_t number = 0;
    Found found;
    for (std::string line; std::getline(input, line);) {
        ++number;
        const bool cut_off = input.eof();  // every line ends with a line feed
        const auto finding = cut_off ? Finding{mulin::verify::Damage::malformed_line, "", "", "the line is cut off"}
                                     : verifier.take(line);
        if (!finding) continue;
        ++found.findings;
        found.harm += finding->damage != mulin::verify::Damage::branch;
        print(*finding, number, json);
    }
    for (const auto& missing : verifier.finish()) {
        ++found.findings;
        ++found.harm;
        print(missing, 0, json);
    }
    return found;
}

void print_end(const std::string& name, const mulin::verify::TillState& till) {
    std::cerr << name << ": " << till.entries << " entries hold, up to " << till.epoch << "/" << till.seq << " " << till.hash << "\n";
}

void print_ends(const Verifier& verifier) {
    for (const auto& [name, till] : verifier.tills()) {
        print_end(name, till);
        const auto more = verifier.branches().find(name);
        if (more == verifier.branches().end()) continue;
        for (const auto& branch : more->second) print_end(name + ", another branch", branch);
    }
}

// The roots come first: what they cover is then looked for in the export.
std::int64_t read_roots(Verifier& verifier, const Options& options) {
    if (!options.district_key.empty() && !verifier.trust_district(options.district_key))
        stop(2, "the district's key is 64 hexadecimal digits, from `mulin-district journal key`.");
    if (options.roots.empty()) return 0;
    if (options.district_key.empty()) stop(2, "give the district's key with its roots: --district-key HEX.");
    std::ifstream file(options.roots, std::ios::binary);
    if (!file) stop(3, "cannot read " + options.roots + ".");
    std::int64_t number = 0;
    std::int64_t findings = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        const auto finding = file.eof() ? Finding{mulin::verify::Damage::malformed_line, "", "", "the line is cut off"}
                                        : verifier.take_root(line);
        if (!finding) continue;
        ++findings;
        print(*finding, number, options.json);
    }
    return findings;
}

int run(const Options& options) {
    Verifier verifier;
    if (!options.state.empty()) load_state(verifier, options);
    read_keys(verifier, options);
    read_heads(verifier, options);
    const std::int64_t in_roots = read_roots(verifier, options);
    if (verifier.tills().empty()) stop(2, "give the keys of the tills from their enrolment: --key TILL=HEX or --keys FILE.");
    std::ifstream file;
    if (options.file != "-") {
        file.open(options.file, std::ios::binary);
        if (!file) stop(3, "cannot read " + options.file + ".");
    }
    std::istream& input = options.file == "-" ? std::cin : file;
    const Found found = check(verifier, input, options.json);
    if (input.bad()) stop(3, "reading stopped before the end.");
    if (in_roots + found.harm == 0 && !options.state.empty()) save_state(verifier, options);
    print_ends(verifier);
    return in_roots + found.findings == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Checks a journal export line by line: chain, hashes, signatures, bodies, sums and running totals; with the\n"
                 "district's key also what it signed, with its roots also that nothing is missing that it had accepted.\n"
                 "Where a till was cloned or restored its chain branches: both branches are followed, and the place is named once.\n"
                 "Exit 0: every line holds. 1: damage or a branch, named on stdout. 2: wrong usage. 3: a file cannot be read or written."};
    Options options;
    app.set_version_flag("--version", MULIN_VERSION);
    app.add_option("file", options.file, "The export, one entry a line; - for standard input");
    app.add_option("--key", options.keys, "TILL=HEX: a till's public key, from its enrolment and never from the export")->allow_extra_args(false);
    app.add_option("--keys", options.key_file, "File with TILL=HEX lines");
    app.add_option("--head", options.heads, "TILL/EPOCH/SEQ/HASH: an entry that must be reached, known from elsewhere")->allow_extra_args(false);
    app.add_option("--district-key", options.district_key, "The key that signs closes and roots, from `mulin-district journal key`");
    app.add_option("--roots", options.roots, "File from `mulin-district journal roots`: checked, and compared with what tills hold");
    app.add_option("--state", options.state, "File that says how far an earlier run came; written when every line holds");
    app.add_flag("--json", options.json, "Findings as JSON lines");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return app.exit(problem) == 0 ? 0 : 2;
    }
    return run(options);
}
