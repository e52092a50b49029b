#include "tests/support/postgres_server.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mulin::sync::test {
namespace {

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "PostgreSQL for the tests: %s\n", why.c_str());
    std::exit(1);
}

std::string program(const std::string& name) {
    std::error_code error;
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", error)) {
        const auto file = version.path() / "bin" / name;
        if (std::filesystem::exists(file, error)) return file.string();
    }
    give_up("the program " + name + " is not installed; install Debian's package postgresql (assets/packaging/debian-packages.txt).");
}

// PostgreSQL refuses to run as root.
const passwd* unprivileged() {
    if (::geteuid() != 0) return nullptr;
    for (const char* name : {"postgres", "nobody"}) {
        if (const passwd* user = ::getpwnam(name)) return user;
    }
    give_up("there is no user to run it as.");
}

int start(const std::vector<std::string>& words, const std::string& folder) {
    const passwd* user = unprivileged();
    const int child = ::fork();
    if (child != 0) return child;
    if (user != nullptr && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const int log = ::open((folder + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (::chdir(folder.c_str()) != 0 || log < 0) ::_exit(126);
    ::dup2(log, 1);
    ::dup2(log, 2);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

}  // namespace

PostgresServer& PostgresServer::get() {
    static PostgresServer server;
    return server;
}

PostgresServer::PostgresServer() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mulin-pg-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    if (const passwd* user = unprivileged()) {
        if (::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) give_up("its folder cannot be given away.");
    }
    const std::string data = folder_ + "/data";
    int status = 0;
    ::waitpid(start({program("initdb"), "-D", data, "-U", "mulin", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
                     "--no-instructions"},
                    folder_),
              &status, 0);
    if (status != 0) give_up("initdb failed; see " + folder_ + "/log.");
    process_ = start({program("postgres"), "-D", data, "-k", folder_, "-c", "listen_addresses=", "-c", "fsync=off", "-c",
                      "shared_buffers=64MB", "-c", "max_connections=40", "-c", "autovacuum=off"},
                     folder_);
    for (int tries = 0; tries < 400; ++tries) {
        if (run("SELECT 1")) return;
        ::usleep(25'000);
    }
    give_up("it did not start; see " + folder_ + "/log.");
}

PostgresServer::~PostgresServer() {
    if (process_ > 0) {
        ::kill(process_, SIGQUIT);
        ::waitpid(process_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string PostgresServer::url(const std::string& schema) const {
    std::string folder;
    for (const char c : folder_) folder += c == '/' ? std::string("%2F") : std::string(1, c);
    return "postgresql://mulin@" + folder + "/postgres?options=-csearch_path%3D" + schema;
}

bool PostgresServer::run(const std::string& sql) {
    PGconn* connection = PQconnectdb(url("public").c_str());
    PGresult* result = PQexec(connection, sql.c_str());
    const auto kind = PQresultStatus(result);
    PQclear(result);
    PQfinish(connection);
    return kind == PGRES_COMMAND_OK || kind == PGRES_TUPLES_OK;
}

std::string PostgresServer::fresh_url() {
    const std::string name = "t" + std::to_string(::getpid()) + "_" + std::to_string(++count_);
    if (!run("CREATE SCHEMA " + name)) give_up("a schema cannot be made.");
    return url(name);
}

void PostgresServer::cut_connections() {
    run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mulin-district'");
}

}  // namespace mulin::sync::test
