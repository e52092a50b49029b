"""A PostgreSQL of Debian's package for one test: on loopback, as an unprivileged user, gone with the test."""

import ctypes
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time


def program(name):
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/" + name))
    assert found, name + " is not installed; install Debian's package postgresql (assets/packaging/debian-packages.txt)"
    return found[-1]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def end_with_the_test():
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


class Postgres:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mulin-pg-")
        self.port = free_port()
        user = {}
        if os.geteuid() == 0:  # which PostgreSQL refuses to run as
            account = next(pwd.getpwnam(name) for name in ("postgres", "nobody") if name in {entry.pw_name for entry in pwd.getpwall()})
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        data = os.path.join(self.folder, "data")
        with open(os.path.join(self.folder, "log"), "w") as log:
            words = ["-U", "mulin", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
            subprocess.run([program("initdb"), "-D", data, *words], stdout=log, stderr=log, cwd=self.folder, check=True, **user)
            settings = ["listen_addresses=127.0.0.1", f"port={self.port}", "shared_buffers=64MB", "max_connections=60", "autovacuum=off"]
            self.server = subprocess.Popen(
                [program("postgres"), "-D", data, "-k", self.folder, *[word for one in settings for word in ("-c", one)]],
                stdout=log, stderr=log, cwd=self.folder, preexec_fn=end_with_the_test, **user)
        for _ in range(400):
            if self.sql("SELECT 1", database="postgres", check=False) == "1":
                return
            time.sleep(0.025)
        raise AssertionError("PostgreSQL did not start: " + open(os.path.join(self.folder, "log")).read()[-500:])

    def url(self, database):
        return f"postgresql://mulin@127.0.0.1:{self.port}/{database}"

    def make(self, database):
        """An empty database, and what names it."""
        self.sql(f"CREATE DATABASE {database}", database="postgres")
        return self.url(database)

    def sql(self, text, database, check=True):
        done = subprocess.run([program("psql"), "-X", "-A", "-t", "-c", text, self.url(database)], capture_output=True, text=True)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout.strip()

    def close(self):
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)
