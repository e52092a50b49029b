"""The district server as a child process, and the one-shot commands of both programs."""

import json
import os
import pathlib
import socket
import subprocess
import time

from screen import Failure, PATIENCE_S, stop


def run(command, clock, log):
    """Runs one command to its end; returns what it printed. A failing command ends the lunch."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120,
                          env=dict(os.environ, **clock))
    log.write(f"$ {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    log.flush()
    if done.returncode != 0:
        raise Failure(f"'{' '.join(map(str, command))}' ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class District:
    def __init__(self, program, clock, data, log_path):
        self.program = program
        self.clock = clock
        self.data = pathlib.Path(data)
        self.listen = f"127.0.0.1:{free_port()}"
        self.console = f"127.0.0.1:{free_port()}"
        self.log = open(log_path, "w")
        self.process = None
        self.command("init", "--demo")

    def url(self):
        return "https://" + self.listen

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "serve", "--data", str(self.data), "--listen", self.listen, "--console", self.console],
            stdout=subprocess.PIPE, stderr=self.log, text=True, env=dict(os.environ, **self.clock))
        deadline = time.monotonic() + PATIENCE_S
        line = self.process.stdout.readline()  # the program prints it or ends
        if "ready" not in line or time.monotonic() > deadline:
            raise Failure(f"the district server did not get ready: {line.strip() or 'see log/district.log'}")

    def stop(self):
        if self.process is None:
            return
        process, self.process = self.process, None
        code = stop(process)
        process.stdout.close()
        if code != 0:
            raise Failure(f"the district server did not stop cleanly, code {code}")

    def kill(self):
        process, self.process = self.process, None
        stop(process, "kill")
        process.stdout.close()

    def command(self, *arguments):
        return run([self.program, *arguments, "--data", self.data], self.clock, self.log)

    def command_json(self, *arguments):
        return json.loads(self.command(*arguments, "--json"))
