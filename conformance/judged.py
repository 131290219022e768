"""The server that is judged: in a scratch folder of its own, over https on loopback, with clients made by the command
line."""
import base64
import json
import os
import ssl
import subprocess
import time
import urllib.request

HANDSTAMP = os.environ.get(
    "HANDSTAMP", os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "handstamp"))
PASSWORD = "a-password-of-alice"
API = "https://api.example/conformance"

# Every standard claim (OpenID Connect Core §5.1), so that none is missed.
ALICE = {
    "given_name": "Alice", "family_name": "Adams", "middle_name": "Ann", "nickname": "Al",
    "profile": "https://example.org/alice", "picture": "https://example.org/alice.png",
    "website": "https://alice.example.org/", "gender": "female", "birthdate": "1990-01-31",
    "zoneinfo": "Europe/Berlin", "locale": "en-GB", "updated_at": "1700000000",
    "email_verified": "true", "phone_number": "+49 30 1234567", "phone_number_verified": "true",
    "address.street_address": "1 Main Street", "address.locality": "Berlin", "address.region": "Berlin",
    "address.postal_code": '"10115"', "address.country": "Germany",
    "address": "1 Main Street, 10115 Berlin, Germany",
}


class Judged:
    def __init__(self, folder, port, suite_certificate):
        self.folder, self.port = folder, port
        self.issuer = "https://localhost:%d" % port
        self.data = os.path.join(folder, "data")
        self.log = os.path.join(folder, "server.log")
        self.process = None
        self._write("suite.crt", suite_certificate)
        self._make_certificate()

    def start(self, settings):
        flags = {
            "data": self.data, "issuer": self.issuer, "host": "127.0.0.1", "port": str(self.port),
            "management-port": "0", "tls-certificate": self._path("tls.crt"), "tls-private-key": self._path("tls.key"),
            "outbound-addresses": "any", "outbound-trust-anchors": self._path("suite.crt"),
        }
        flags.update(settings)
        command = [HANDSTAMP, "serve"]
        for name, value in flags.items():
            command += ["--" + name, value]
        environment = dict(os.environ, HANDSTAMP_HEAP=os.environ.get("HANDSTAMP_HEAP", "160m"))
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        tls = ssl.create_default_context(cafile=self._path("tls.crt"))
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.issuer + "/jwks", timeout=5, context=tls).close()
                return
            except OSError:
                time.sleep(0.5)
        self.stop()
        with open(self.log) as log:
            raise SystemExit("the server did not start:\n" + log.read()[-2000:])

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def add_user(self):
        attributes = [part for name, value in ALICE.items() for part in ("--attribute", name + "=" + value)]
        self.run("user", "add", "alice", "--name", "Alice Adams", "--email", "alice@example.org", "--role", "judged",
                 "--password-stdin", *attributes, given=PASSWORD)

    def add_api(self, *scopes):
        arguments = [part for scope in scopes for part in ("--scope", scope)]
        self.run("api", "add", API, *arguments)
        self.run("role", "add", "judged", "--api", API, *arguments)

    def add_client(self, name, redirect_uris, scopes, after_logout=(), metadata=None, secret=None, apis=(), more=()):
        arguments = ["--grant", "authorization_code", "--grant", "refresh_token"]
        for flag, values in (("--redirect-uri", redirect_uris), ("--scope", scopes), ("--api", apis),
                             ("--post-logout-redirect-uri", after_logout)):
            for value in values:
                arguments += [flag, value]
        if metadata:
            arguments += ["--metadata", self._write(name + ".json", json.dumps(metadata))]
        if secret:
            arguments.append("--secret-stdin")
        self.run("client", "add", name, *arguments, *more, given=secret)

    def run(self, *arguments, given=None):
        command = [HANDSTAMP, *arguments, "--data", self.data]
        done = subprocess.run(command, input=given, text=True, capture_output=True)
        if done.returncode:
            raise SystemExit("%s\n%s%s" % (" ".join(command), done.stdout, done.stderr))
        return done.stdout

    def new_key(self, name):
        """A private key for PS256 as a JWK (RFC 7518 §6.3), made by openssl, and its public half."""
        file = self._path(name + ".pem")
        self._openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", file)
        text = self._openssl("pkey", "-in", file, "-noout", "-text")
        public = {"kty": "RSA", "kid": name, "alg": "PS256", "use": "sig", "n": _number(text, "modulus:"), "e": "AQAB"}
        parts = (("d", "privateExponent:"), ("p", "prime1:"), ("q", "prime2:"), ("dp", "exponent1:"),
                 ("dq", "exponent2:"), ("qi", "coefficient:"))
        return dict(public, **{member: _number(text, label) for member, label in parts}), public

    def _make_certificate(self):
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                      "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                      "-keyout", self._path("tls.key"), "-out", self._path("tls.crt"))

    def _openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], text=True, capture_output=True)
        if done.returncode:
            raise SystemExit("openssl %s\n%s" % (" ".join(arguments), done.stderr))
        return done.stdout

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _write(self, name, text):
        with open(self._path(name), "w") as file:
            file.write(text)
        return self._path(name)


def _number(text, label):
    """A number that openssl has printed, as the JWK wants it: no sign, base64url (RFC 7518 §2)."""
    digits = ""
    for line in text.split("\n" + label, 1)[1].splitlines()[1:]:
        if not line.startswith(" "):
            break
        digits += line.strip().replace(":", "")
    return base64.urlsafe_b64encode(bytes.fromhex(digits).lstrip(b"\0")).rstrip(b"=").decode()
