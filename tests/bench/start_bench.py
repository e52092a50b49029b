#!/usr/bin/env python3
"""How long the whole till takes until somebody can sign in, over an empty ImGui window with the same fonts.

usage: start_bench.py BIN_DIR [ROUNDS]     needs a display: xvfb-run -a -s -noreset start_bench.py build/release/bin

The till is a demo till with 5,000 diners; it counts as started when the hit map names a staff tile, which
is written after the frame is on the screen. Both are timed from the start of the process, in turns.
"""
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    return 0


def usable(hit_map):
    try:
        widgets = json.loads(hit_map.read_text())["widgets"]
    except (OSError, ValueError):
        return False
    return any(w["id"].startswith("sign_in.staff.") for w in widgets)


def start_till(binary, data, hit_map):
    hit_map.unlink(missing_ok=True)
    before = time.monotonic()
    till = subprocess.Popen([binary, "--data", data, "--hit-map", hit_map])
    while not usable(hit_map):
        if till.poll() is not None or time.monotonic() - before > 60:
            sys.exit("the till did not open its window")
        time.sleep(0.002)
    took = time.monotonic() - before
    mib = resident_mib(till.pid)
    till.send_signal(signal.SIGTERM)
    till.wait(timeout=30)
    return took, mib


def start_floor(binary):
    # A first glfwInit under a virtual display fails once in some hundred starts.
    for _ in range(3):
        before = time.monotonic()
        done = subprocess.run([binary, "start-floor"], stdout=subprocess.PIPE, text=True)
        if done.returncode == 0:
            return time.monotonic() - before, int(done.stdout)
        time.sleep(0.5)
    sys.exit("the empty window did not open; see above why")


def main():
    bin_dir = pathlib.Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="mulin-start-"))
    try:
        data = scratch / "till"
        subprocess.run([bin_dir / "mulin-pos", "init", "--data", data, "--demo"], check=True, stdout=subprocess.DEVNULL)
        (data / "mulin.toml").write_text('[devices]\nvoice = "none"\n')
        tills, floors = [], []
        for _ in range(rounds):
            tills.append(start_till(bin_dir / "mulin-pos", data, scratch / "hit-map.json"))
            floors.append(start_floor(bin_dir / "frame_bench"))
        till = statistics.median(t for t, _ in tills)
        floor = statistics.median(t for t, _ in floors)
        print(f"start to a usable till: {till * 1000:.0f} ms, {tills[-1][1]} MiB; empty window with the same fonts: "
              f"{floor * 1000:.0f} ms, {floors[-1][1]} MiB; ratio {till / floor:.2f} (aim 1.5)")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
