"""A client of the e-CNY payment switch in Python 3, standard library only.

Everything it knows comes from the public contract and from the sandbox file that `./ecny up` writes. Requests are signed
by RFC 9421; a session is opened with the institution's own key and carries the rest.
"""
import base64
import hashlib
import hmac
import http.client
import json
import os
import secrets
import time
import urllib.parse

import p256


class Answer:
    """What a service answered: status, headers and the parsed body."""

    def __init__(self, status, headers, content):
        self.status = status
        self.headers = headers
        self.content = content
        self.type = (headers.get("Content-Type") or "").split(";")[0].strip()
        self.body = json.loads(content) if content and self.type.endswith("json") else None

    @property
    def code(self):
        """The problem's code, or None."""
        return self.body.get("code") if isinstance(self.body, dict) else None

    @property
    def fields(self):
        """The fields that a problem names."""
        errors = self.body.get("errors") if isinstance(self.body, dict) else None
        return [error["field"] for error in errors or []]

    def __getitem__(self, name):
        return self.body[name]

    def __repr__(self):
        return f"{self.status} {self.content[:400].decode('utf-8', 'replace')}"


class Key:
    """A key that signs: the institution's own one, or a session's."""

    def __init__(self, key_id, algorithm, sign):
        self.key_id = key_id
        self.algorithm = algorithm
        self.sign = sign


class Sandbox:
    """The sandbox file: addresses, institutions, merchants, wallets."""

    def __init__(self, path):
        self.folder = os.path.dirname(os.path.abspath(path))
        with open(path, encoding="utf-8") as file:
            self.content = json.load(file)
        self.services = self.content["services"]

    def institution(self, name):
        """A client that acts for this institution, with its own key."""
        row = next(i for i in self.content["institutions"] if i["id"] == name)
        private = p256.read_private_key(os.path.join(self.folder, row["privateKeyFile"]))
        key = Key(row["keyId"], row["algorithm"], lambda message: p256.sign(private, message))
        return Client(self.services, key)

    def merchants(self, acquirer):
        return [m for m in self.content["merchants"] if m["acquirer"] == acquirer]

    def wallets(self, operator):
        return [w for w in self.content["wallets"] if w["operator"] == operator]


class Client:
    """Signed calls of one institution to any service."""

    def __init__(self, services, key):
        self.services = services
        self.key = key

    def session(self, at):
        """A client with a session key, opened at the named service and valid at all of them."""
        answer = self.post(at, "/v1/sessions", {"ttlSeconds": 900})
        if answer.status != 201:
            raise RuntimeError(f"no session at {at}: {answer}")
        secret = base64.b64decode(answer["secret"])
        sign = lambda message: hmac.new(secret, message, hashlib.sha256).digest()
        return Client(self.services, Key(answer["keyId"], answer["algorithm"], sign))

    def get(self, service, path, **options):
        return self.send(service, "GET", path, None, **options)

    def post(self, service, path, body, **options):
        return self.send(service, "POST", path, json.dumps(body).encode(), **options)

    def send(self, service, method, path, content, headers=None, change=None):
        """One signed request. `change` may alter the signed headers before they leave, as a forger would."""
        signed = self.signature(service, method, path, content)
        signed.update(headers or {})
        if change:
            change(signed)
        return exchange(self.services[service], method, path, content, signed)

    def signature(self, service, method, path, content, created=None, nonce=None):
        """The headers that sign this request."""
        address = urllib.parse.urlsplit(self.services[service])
        bare, question, query = path.partition("?")
        parts = [("@method", method), ("@authority", authority(address)), ("@path", bare), ("@query", "?" + query)]
        headers = {}
        if content is not None:
            digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
            headers["Content-Digest"] = f"sha-256=:{digest}:"
            headers["Content-Type"] = "application/json"
            parts.append(("content-digest", headers["Content-Digest"]))
        covered = " ".join(f'"{name}"' for name, _ in parts)
        parameters = (f"({covered});created={created or int(time.time())}"
                      f';nonce="{nonce or secrets.token_urlsafe(24)}";keyid="{self.key.key_id}"')
        lines = [f'"{name}": {value}' for name, value in parts] + [f'"@signature-params": {parameters}']
        value = base64.b64encode(self.key.sign("\n".join(lines).encode())).decode()
        headers["Signature-Input"] = f"sig1={parameters}"
        headers["Signature"] = f"sig1=:{value}:"
        return headers

    def decide(self, service, path, body, seconds=60):
        """Posts until the outcome is known: repeats the same number after a 429, a 5xx and a broken connection,
        and asks at `Location` after a 202. The outcome is SETTLED, DECLINED or a refusal (4xx)."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = self.post(service, path, body)
                while answer.status == 202:
                    if time.monotonic() > deadline:
                        raise TimeoutError(f"{path}: still PROCESSING after {seconds} s: {answer}")
                    time.sleep(float(answer.headers.get("Retry-After") or 1))
                    target = urllib.parse.urlsplit(answer.headers["Location"])
                    asked = self.get(service, target.path + ("?" + target.query if target.query else ""))
                    if asked.status == 200 and asked["status"] != "PROCESSING":
                        return asked
                    if asked.status not in (200, 202, 429) and asked.status < 500:
                        raise RuntimeError(f"{path}: the address of a PROCESSING outcome answers {asked}")
                    answer = answer if asked.status != 202 else asked
                if answer.status != 429 and answer.status < 500:
                    return answer
                pause = float(answer.headers.get("Retry-After") or 1)
            except (OSError, http.client.HTTPException):
                pause = 1
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path}: no outcome in {seconds} s")
            time.sleep(pause)


def authority(address):
    """Host and port as RFC 9421 signs them: lower case, the default port left out."""
    default = {"http": 80, "https": 443}[address.scheme]
    host = address.hostname.lower()
    return host if address.port in (None, default) else f"{host}:{address.port}"


def exchange(url, method, path, content=None, headers=None):
    """One request on a connection of its own, unsigned unless the headers sign it."""
    address = urllib.parse.urlsplit(url)
    connect = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = connect(address.hostname, address.port, timeout=40)
    try:
        connection.request(method, path, content, headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()
