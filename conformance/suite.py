"""Speaks with a running conformance suite by its HTTP interface."""
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

PASSING = ("PASSED", "WARNING", "REVIEW", "SKIPPED")
ALL_RESULTS = PASSING + ("FAILED", "INTERRUPTED")


class SuiteError(Exception):
    """The suite cannot be reached, or does not do what it is asked."""


class Suite:
    def __init__(self, url):
        self.url = url.rstrip("/")
        self._tls = ssl.create_default_context()
        self._tls.check_hostname = False
        self._tls.verify_mode = ssl.CERT_NONE  # It runs on this machine with a certificate of its own.

    def version(self):
        return self._ask("GET", "/api/server")["version"]

    def certificate(self):
        """The suite's certificate as PEM, for the server that is judged: it fetches from the suite."""
        address = urllib.parse.urlsplit(self.url)
        return ssl.get_server_certificate((address.hostname, address.port or 443))

    def new_plan(self, name, variant, config):
        plan = self._ask("POST", "/api/plan", {"planName": name, "variant": json.dumps(variant)}, config)
        return plan["id"], plan["modules"]

    def new_module(self, plan, module, variant):
        query = {"test": module, "plan": plan, "variant": json.dumps(variant or {})}
        return self._ask("POST", "/api/runner", query, b"")["id"]

    def start(self, run):
        self._ask("POST", "/api/runner/" + run, None, b"")

    def stop(self, run):
        self._ask("DELETE", "/api/runner/" + run)

    def state(self, run):
        info = self._ask("GET", "/api/info/" + run)
        return info.get("status"), info.get("result")

    def log(self, run):
        return self._ask("GET", "/api/log/" + run)

    def unvisited(self, run):
        """Addresses that wait for a browser of which no rule says what to do there."""
        try:
            browser = self._ask("GET", "/api/runner/browser/" + run)
        except SuiteError:
            return []
        return [] if browser.get("runners") else browser.get("urls") or []

    def _ask(self, method, path, query=None, body=None):
        url = self.url + path + ("?" + urllib.parse.urlencode(query) if query else "")
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60, context=self._tls) as answer:
                text = answer.read()
                return json.loads(text) if text else {}
        except urllib.error.HTTPError as error:
            detail = error.read().decode(errors="replace")[:500]
            raise SuiteError("%s %s was answered with %d: %s" % (method, path, error.code, detail)) from None
        except (OSError, ValueError) as error:
            raise SuiteError("no suite answers at %s: %s" % (self.url, error)) from None


class Module:
    """One module of a plan, from its start to its result."""

    def __init__(self, suite, plan, name, variant):
        self.suite, self.name = suite, name
        self.run = suite.new_module(plan, name, variant)
        self.result, self.note = None, ""

    def wait(self, seconds, before_start):
        """Waits for the end. A module that only waits to be started is, after `before_start` was called."""
        end = time.monotonic() + seconds
        idle = stuck = 0
        while True:
            status, result = self.suite.state(self.run)
            if status == "FINISHED" and result:
                self.result = result
                return
            if status == "INTERRUPTED":
                self.result = "INTERRUPTED"
                return
            idle = idle + 1 if status == "CONFIGURED" else 0
            if idle == 5:
                before_start()
                self.suite.start(self.run)
            unvisited = self.suite.unvisited(self.run) if status == "WAITING" else []
            stuck = stuck + 1 if unvisited else 0
            if stuck > 20 or time.monotonic() > end:
                self.note = "no rule for " + unvisited[0] if unvisited else "did not end in %d s" % seconds
                self.result = "INTERRUPTED"
                self.suite.stop(self.run)
                return
            time.sleep(0.3)

    def remarks(self):
        """What the suite found, one line each."""
        if self.result == "PASSED":
            return []
        wanted = {"SKIPPED": ("SKIPPED",)}.get(self.result, ("FAILURE", "WARNING"))
        lines = []
        for entry in self.suite.log(self.run):
            if entry.get("result") not in wanted:
                continue
            rules = " [%s]" % ", ".join(entry["requirements"]) if entry.get("requirements") else ""
            line = "%s: %s%s" % (entry.get("src"), " ".join(str(entry.get("msg")).split())[:300], rules)
            if line not in lines:
                lines.append(line)
        return lines
