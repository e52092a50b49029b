"""Signatures both ways with the payment gateways' own published packages for Node.js, and with the openssl
program. Where Node.js or the package registry is out of reach it says that it did not run and exits 77."""

import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
NOT_RUN = 77


def did_not_run(why):
    print("gateway packages: DID NOT RUN: " + why)
    sys.exit(NOT_RUN)


def install(folder):
    """The locked packages in the build tree; installed once."""
    os.makedirs(folder, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(os.path.join(HERE, name), os.path.join(folder, name))
    stamp = os.path.join(folder, "installed-lock.json")
    with open(os.path.join(HERE, "package-lock.json"), "rb") as file:
        wanted = file.read()
    if os.path.exists(stamp):
        with open(stamp, "rb") as file:
            if file.read() == wanted:
                return
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True,
                          text=True, timeout=240, check=False)
    if done.returncode != 0:
        did_not_run("npm could not install the locked packages: " + done.stderr.strip()[-300:])
    with open(stamp, "wb") as file:
        file.write(wanted)


def judge(probe, kind, folder):
    gateway = subprocess.Popen([probe, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        line = gateway.stdout.readline()
        settings = json.loads(line)["settings"]
        environment = dict(os.environ, NODE_EXTRA_CA_CERTS=settings["authorities_file"], TZ="Asia/Shanghai", NO_PROXY="127.0.0.1")
        done = subprocess.run(["node", os.path.join(HERE, "judge.cjs"), line, kind], cwd=folder, env=environment,
                              capture_output=True, text=True, timeout=60, check=False)
        said, _ = gateway.communicate(timeout=30)
    finally:
        gateway.kill()
        gateway.wait()
    end = json.loads(said.strip().split("\n")[-1])
    if done.returncode != 0 or done.stdout.strip() != "agreed":
        sys.exit("%s: the package does not agree: %s %s" % (kind, done.stdout, done.stderr))
    if end["complaints"] or end["held_fen"] != 1234:
        sys.exit("%s: the gateway says %s" % (kind, end))
    print(kind + ": our request, the package's payment and the gateway's answer agree")


def main():
    probe, folder = (os.path.abspath(argument) for argument in sys.argv[1:3])
    if shutil.which("node") is None or shutil.which("npm") is None:
        did_not_run("Node.js with npm is not installed here.")
    install(folder)
    # judge.cjs finds the packages from the folder it is run in.
    os.environ["NODE_PATH"] = os.path.join(folder, "node_modules")
    for kind in ("alipay", "wechat_v3", "wechat_v2", "wechat_md5"):
        judge(probe, kind, folder)


main()
