"""A virtual display, and the till's window on it, driven by real pointer and key events.

Everything is found by widget id through the hit map that the till writes; nothing is known about
where a key lies or what a frame looks like.
"""

import json
import os
import pathlib
import subprocess
import time

PATIENCE_S = 15.0
DINER_SIZE = "1024x600"  # of the diner's side, where it has no monitor of its own


class Failure(Exception):
    """The lunch cannot go on; says what was expected and what was there."""


def with_diners_side(size):
    """A display that holds a till's window of this size and the diner's side beside it."""
    (width, height), (more, _) = (map(int, one.split("x")) for one in (size, DINER_SIZE))
    return f"{width + more}x{height}"


class Display:
    def __init__(self, size, log):
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", size + "x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[writing], stdout=log, stderr=log)
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise Failure("Xvfb did not start; see log/xvfb.log")
        self.name = ":" + number

    def variables(self):
        return {"DISPLAY": self.name, "LIBGL_ALWAYS_SOFTWARE": "1"}

    def stop(self):
        stop(self.process)


def stop(process, signal_name="terminate", patience_s=PATIENCE_S):
    """Ends one child of ours and returns its exit code."""
    if process.poll() is None:
        getattr(process, signal_name)()
    try:
        return process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise Failure(f"{process.args[0]} did not stop within {patience_s:.0f} s")


class Window:
    """The till's window, at the left of the display. Opens on construction; stop() or kill() ends it."""

    def __init__(self, display, clock, command, hit_map, pictures, log, size):
        self.environment = dict(os.environ, **display.variables())
        self.till_environment = dict(self.environment, **clock)
        self.command = command
        self.hit_map = pathlib.Path(hit_map)
        self.pictures = pathlib.Path(pictures)
        self.log = log
        self.size = size
        self.picture_number = 0
        self.open()

    def open(self):
        # A first glfwInit under Xvfb fails once in some hundred starts.
        for attempt in (1, 2):
            self.hit_map.unlink(missing_ok=True)
            self.process = subprocess.Popen(self.command, env=self.till_environment, stdout=self.log,
                                            stderr=self.log)
            try:
                self.wait("the first frame", lambda w: w.screen != "")
                return
            except Failure:
                if self.process.poll() is None or attempt == 2:
                    raise

    def stop(self):
        code = stop(self.process)
        if code not in (0, -15):
            raise Failure(f"the till's window ended with code {code}")

    def kill(self):
        stop(self.process, "kill")

    # What is on the screen

    def read(self):
        try:
            drawn = json.loads(self.hit_map.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            drawn = {"frame": -1, "screen": "", "widgets": []}
        self.screen = drawn["screen"]
        self.widgets = {w["id"]: w for w in drawn["widgets"]}
        return self

    def has(self, widget_id):
        return widget_id in self.widgets

    def enabled(self, widget_id):
        return self.widgets.get(widget_id, {}).get("enabled", False)

    def text(self, widget_id):
        return self.widgets.get(widget_id, {}).get("text", "")

    def wait(self, what, condition, patience_s=PATIENCE_S):
        deadline = time.monotonic() + patience_s
        while True:
            self.read()
            if condition(self):
                return
            if self.process.poll() is not None:
                raise Failure(f"the till's window ended (code {self.process.returncode}) while waiting for {what}")
            if time.monotonic() > deadline:
                shown = ", ".join(sorted(self.widgets))
                raise Failure(f"waited {patience_s:.0f} s for {what}; on screen '{self.screen}': {shown}")
            time.sleep(0.02)

    def soon(self, condition, patience_s=2.0):
        """Whether it comes true; no failure when it does not."""
        deadline = time.monotonic() + patience_s
        while not condition(self.read()):
            if self.process.poll() is not None:
                raise Failure(f"the till's window ended (code {self.process.returncode})")
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def wait_screen(self, name, patience_s=PATIENCE_S):
        self.wait(f"the screen '{name}'", lambda w: w.screen == name, patience_s)

    def wait_enabled(self, widget_id, patience_s=PATIENCE_S):
        self.wait(f"the key '{widget_id}'", lambda w: w.enabled(widget_id), patience_s)

    # What a cashier does

    def tap(self, widget_id, patience_s=PATIENCE_S):
        self.wait_enabled(widget_id, patience_s)
        place = self.widgets[widget_id]
        while True:  # a finger waits until the key stands still
            time.sleep(0.03)
            self.wait_enabled(widget_id, patience_s)
            if self.widgets[widget_id] == place:
                break
            place = self.widgets[widget_id]
        self.click(widget_id)

    def click(self, widget_id):
        """A tap where the widget was drawn last."""
        place = self.widgets[widget_id]
        x = int(place["x"] + place["w"] / 2)
        y = int(place["y"] + place["h"] / 2)
        self.xdotool("mousemove", x, y, "sleep", 0.03, "mousedown", 1, "sleep", 0.05, "mouseup", 1)
        time.sleep(0.08)

    def scan(self, code):
        """A wedge scanner: all characters as fast as events travel, then Enter."""
        self.xdotool("type", "--delay", 0, "--args", 1, code, "key", "--delay", 0, "Return")

    def xdotool(self, *arguments):
        subprocess.run(["xdotool", *map(str, arguments)], env=self.environment, check=True, timeout=PATIENCE_S,
                       stdout=self.log, stderr=self.log)

    def picture(self, name):
        return self.save(name, self.size + "+0+0")

    def diner_picture(self, name):
        """The diner's side, which stands at the right of the till's window."""
        return self.save(name, f"{DINER_SIZE}+{self.size.split('x')[0]}+0")

    def save(self, name, area):
        time.sleep(0.15)  # the frame that follows the last event
        self.picture_number += 1
        path = self.pictures / f"{self.picture_number:02d}-{name}.png"
        subprocess.run(["import", "-silent", "-window", "root", "-crop", area, "+repage", str(path)],
                       env=self.environment, check=True, timeout=PATIENCE_S, stdout=self.log, stderr=self.log)
        return path
