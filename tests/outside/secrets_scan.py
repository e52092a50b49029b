#!/usr/bin/env python3
"""No payer's code or card number is in anything a till leaves behind: its database, its logs, its
receipts, what it prints, or a core. A till pays by every kind of code, one of them over a channel whose
adapter tells its log everything, is killed in the middle with cores allowed, and recovers; then every byte it
left is searched. Control: the same search finds a code that was planted."""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time

# The last but one goes to the channel that talks (chatty_adapter.py), and so does its key.
CHATTY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "chatty_adapter.py")
CHATTY_CODE, CHATTY_KEY = "881234567890123404", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
CODES = ["131234567890123400", "281234567890123402", "6225735053201615203", CHATTY_CODE, "131234567890123406"]


def found(folder, secrets):
    """(file, secret) for every secret, or its first twelve characters, in any file of the folder."""
    hits = []
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                content = file.read()
            for secret in secrets:
                for form in (secret.encode(), secret[:12].encode(), secret.encode("utf-16-le")):
                    if form in content:
                        hits.append((os.path.relpath(path, folder), secret))
                        break
    return hits


def sell(ref, code):
    return json.dumps({"ref": ref, "do": "sell", "diner": None, "meal": "lunch", "service": "dine_in",
                       "lines": [{"item": "set-a", "quantity": 1}], "tender": [{"method": "qr", "code": code}]})


def play(till, data, lines, out, kill_after=None):
    process = subprocess.Popen([till, "play", "-", "--data", data], stdin=subprocess.PIPE, stdout=out, stderr=out, cwd=data, text=True)
    process.stdin.write("\n".join(lines) + "\n")
    process.stdin.flush()
    if kill_after is None:
        process.stdin.close()
    else:
        time.sleep(kill_after)
        process.send_signal(signal.SIGQUIT)  # leaves a core where one is allowed
        time.sleep(0.3)
        process.kill()
    return process.wait(timeout=120)


def main():
    till = os.path.abspath(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "till")
        subprocess.run([till, "init", "--data", data, "--demo"], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(data, "mulin.toml"), "a", encoding="utf-8") as config:
            config.write('\n[simulated]\nlatency_ms = 20\ngive_up_ms = 2000\n')
            config.write('[[channel]]\nname = "chatty"\ncommand = ["%s"]\n' % CHATTY)
            for prefix, most, channel in (("13", 18, "simulated"), ("28", 18, "simulated"), ("62", 19, "simulated"), ("88", 18, "chatty")):
                config.write('[[code]]\nprefix_from = %s\nmin_length = 18\nmax_length = %d\nwallet = "alipay"\nchannel = "%s"\n'
                             % (prefix, most, channel))
        with open(os.path.join(folder, "said"), "w", encoding="utf-8") as out:
            play(till, data, [sell("k%d" % i, code) for i, code in enumerate(CODES)], out, kill_after=0.8)
            play(till, data, [sell("r%d" % i, code) for i, code in enumerate(CODES)], out)
        secrets = CODES + [CHATTY_KEY] + [" ".join(CHATTY_CODE[at:at + 4] for at in range(0, 18, 4))]
        hits = found(folder, secrets)
        with open(os.path.join(data, "log", "channels.log"), encoding="utf-8") as log:
            if log.read().count("chatty") < 5:
                sys.exit("the channel's own words are not in the log, so nothing was proved about them")
        if hits:
            sys.exit("secrets were left behind: %r" % hits)
        with open(os.path.join(folder, "said"), encoding="utf-8") as said:
            if said.read().count('"ok":true') < 2:
                sys.exit("the till did not pay, so nothing was proved")
        with open(os.path.join(data, "planted.log"), "w", encoding="utf-8") as planted:
            planted.write("auth_code=" + CODES[0])
        if not found(folder, CODES):
            sys.exit("the search would not find a code that is there")
    print("nothing was left behind")


if __name__ == "__main__":
    main()
