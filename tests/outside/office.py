"""A browser's part towards the console: cookies, the request token, nothing else. Standard library only."""

import http.client
import json

DEMO_PASSWORD = "mulin-demo-2026"  # as `mulin-district init --demo` prints it


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Browser:
    def __init__(self, place, context=None):
        self.place = place
        self.context = context
        self.cookies = {}
        self.token = ""

    def send(self, method, path, body=None, headers=None):
        """One request; headers win over what a browser would send, None leaves one out."""
        kind = http.client.HTTPSConnection if self.context else http.client.HTTPConnection
        link = kind("127.0.0.1", self.place.console, timeout=30, **({"context": self.context} if self.context else {}))
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            sent.update({"Content-Type": "application/json", "X-Mulin-Token": self.token, "Sec-Fetch-Site": "same-origin"})
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent.update(headers or {})
        try:
            link.request(method, path, body=body, headers={name: value for name, value in sent.items() if value})
            answer = Answer(link.getresponse())
        finally:
            link.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer

    def get(self, path, **more):
        return self.send("GET", path, **more)

    def post(self, path, body, **more):
        return self.send("POST", path, body, **more)

    def sign_in(self, name="admin", password=DEMO_PASSWORD):
        answer = self.post("/api/sign_in", {"name": name, "password": password})
        if answer.status == 200:
            self.token = answer.json()["request_token"]
        return answer


def signed_in(place, name="admin"):
    browser = Browser(place)
    answer = browser.sign_in(name)
    assert answer.status == 200, (answer.status, answer.body)
    return browser
