#pragma once
// A PostgreSQL of Debian's package for one test program: started once, in a temporary directory, as an
// unprivileged user, on a socket file only; gone with the program, also when that is killed.

#include <string>

namespace mulin::sync::test {

class PostgresServer {
  public:
    // Started on first use; ends the program with a clear sentence when PostgreSQL is not installed.
    static PostgresServer& get();
    // An empty schema of its own in the server, under a name nobody has used.
    std::string fresh_url();
    // What psql -c would do, as the owner. False when it was refused.
    bool run(const std::string& sql);
    // Ends every connection but ours, as a restart of the server would.
    void cut_connections();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

  private:
    PostgresServer();
    std::string url(const std::string& schema) const;
    std::string folder_;
    int process_ = -1;
    int count_ = 0;
};

}  // namespace mulin::sync::test
