"""A real till without a window, to be ended in the middle: set up for one payment channel, told what to do line
by line, and looked into while it lies dead. Standard library only."""

import json
import os
import select
import shutil
import sqlite3
import subprocess
import tempfile

PATIENCE_S = 60.0


class Tools:
    """The programs, the library that ends them (kill_at.cpp), and a till that is ready to sell."""

    def __init__(self, binaries, preload, scratch):
        self.bin, self.preload = os.path.abspath(binaries), os.path.abspath(preload)
        self.template = os.path.join(scratch, "template")
        subprocess.run([self.bin + "/mulin-pos", "init", "--data", self.template, "--demo"], check=True, stdout=subprocess.DEVNULL)


class Till:
    def __init__(self, tools, bank, folder):
        self.tools, self.bank, self.folder = tools, bank, folder
        self.data = os.path.join(folder, "till")
        self.armed = os.path.join(folder, "armed")
        self.trace = os.path.join(folder, "trace")
        self.adapter_trace = os.path.join(folder, "adapter-trace")
        self.killed = os.path.join(folder, "killed")
        self.full = os.path.join(folder, "full")

    def set_up(self, adapter_kill=0, isolated=True):
        shutil.copytree(self.tools.template, self.data)
        command = self.wrapper(adapter_kill) if adapter_kill else None
        with open(os.path.join(self.data, "mulin.toml"), "w", encoding="utf-8") as config:
            config.write("\n".join(self.bank.config(command, isolated)) + "\n")
        self.bank.join(self.data)

    def wrapper(self, kill_at):
        """A program that is the adapter, ended once at step kill_at; the host gives it no variables."""
        program, argument = self.bank.program()
        path = os.path.join(self.folder, "adapter")
        with open(path, "w", encoding="utf-8") as script:
            script.write("#!/bin/sh\nexport LD_PRELOAD=%s KILL_ARMED=%s KILL_AT=%d KILL_ONCE=%s KILL_TRACE=%s\nexec %s/%s %s\n"
                         % (self.tools.preload, self.armed, kill_at, self.killed, self.adapter_trace, self.tools.bin, program, argument))
        os.chmod(path, 0o755)
        return path

    def arm(self, _=None):
        open(self.armed, "w").close()

    def play(self, actions, kill_at=0, watch=False, full=False, patience_s=PATIENCE_S, armed=True):
        """Answers to the actions; None for one that got none. An action may be a function of the answers so far,
        which answers with an action or does something by itself. The till is up before the first."""
        environment = dict(os.environ)
        if kill_at or watch or full:
            environment.update(LD_PRELOAD=self.tools.preload, KILL_AT=str(kill_at), KILL_ARMED=self.armed, DISK_FULL=self.full)
        if watch:
            environment["KILL_TRACE"] = self.trace
        process = subprocess.Popen([self.tools.bin + "/mulin-pos", "play", "-", "--data", self.data], env=environment,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
        try:
            ask(process, {"ref": "up", "do": "status"}, PATIENCE_S)
            if armed:
                self.arm()
            answers = []
            for action in actions:
                if callable(action):
                    action = action(answers)
                if action is not None:
                    answers.append(ask(process, action, patience_s))
            return answers
        finally:
            if os.path.exists(self.armed):
                os.unlink(self.armed)
            try:
                process.stdin.close()
            except OSError:
                pass
            process.wait(timeout=60)
            process.stdout.close()
            process.stderr.close()

    def sale(self, behaviour="approve", diner=None, quantity=1):
        return {"ref": "r1", "do": "sell", "diner": diner, "meal": "lunch", "service": "dine_in",
                "lines": [{"item": "set-a", "quantity": quantity}], "tender": [self.bank.tender(behaviour)]}

    def refund(self, sale, ref="b1"):
        """One of the pieces, where the channel can; else all."""
        action = {"ref": ref, "do": "refund", "sale": {"epoch": sale["epoch"], "seq": sale["seq"]},
                  "reason": "wrong_item", "approver": "manager"}
        if self.bank.refunds == "part":
            action["lines"] = [{"line": 0, "quantity": 1}]
        return action

    def books(self):
        """What lies on the disk, looked at in a copy."""
        with tempfile.TemporaryDirectory(dir=self.folder) as copy:
            for name in os.listdir(self.data):
                if name.startswith("till.db"):
                    shutil.copy(os.path.join(self.data, name), copy)
            base = sqlite3.connect(os.path.join(copy, "till.db"))
            try:
                return Books(base)
            finally:
                base.close()

    def verify(self):
        done = subprocess.run([self.tools.bin + "/mulin-pos", "journal", "verify", "--data", self.data], capture_output=True, text=True)
        assert done.returncode == 0, "the journal does not verify: " + done.stderr


class Books:
    """sales and refunds by ref, each a list that must have one entry; attempts and tasks by id."""

    def __init__(self, base):
        self.sales, self.refunds = {}, {}
        for (body,) in base.execute("SELECT body FROM entry ORDER BY id"):
            entry = json.loads(body)
            kept = {"sale": self.sales, "refund": self.refunds}.get(entry.get("kind"))
            if kept is not None:
                kept.setdefault(entry["data"]["ref"], []).append(entry["data"])
        self.attempts = dict(base.execute("SELECT id, state FROM attempt"))
        self.tasks = {row[0]: row[1:] for row in base.execute("SELECT id, state, amount_fen, counts FROM refund_task")}

    def sold_fen(self):
        return sum(part["amount_fen"] for sale in self.sales.values() for part in sale[0]["payments"])

    def back_fen(self):
        return sum(part["amount_fen"] for refund in self.refunds.values() for part in refund[0]["payments"])

    def on_the_way_fen(self):
        """Of refunds that may have left and are not in the journal yet."""
        written = {part["refund"] for refund in self.refunds.values() for part in refund[0]["payments"]}
        return sum(task[1] for number, task in self.tasks.items() if task[2] and number not in written)


def ask(process, action, patience_s):
    """None when the till ended, or was ended because it took too long: a cashier who pulls the plug."""
    try:
        process.stdin.write(json.dumps(action) + "\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], patience_s)[0]:
            process.kill()
            return None
        line = process.stdout.readline()
    except (BrokenPipeError, OSError):
        return None
    return json.loads(line) if line.endswith("\n") else None
