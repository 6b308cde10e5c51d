"""ECDSA over P-256 with SHA-256, enough to sign with a key from an unencrypted PEM file (FIPS 186-5, RFC 6979).

Python's standard library has hashes and HMAC but no elliptic curves. This is for opening sessions in tests; it takes no
care of side channels and is not meant to guard real money.
"""
import base64
import hashlib
import hmac

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def read_private_key(path):
    """The private number in a PEM file, PKCS #8 or SEC 1."""
    lines = open(path, encoding="ascii").read().split("-----")
    der = base64.b64decode("".join(lines[2].split()))
    found = _octets_of_32(der)
    if found is None:
        raise ValueError(f"{path}: no P-256 private key")
    return int.from_bytes(found, "big")


def sign(private, message):
    """The signature r‖s, 64 bytes."""
    digest = hashlib.sha256(message).digest()
    z = int.from_bytes(digest, "big")
    for k in _deterministic_numbers(private, digest):
        r = _multiply(k, G)[0] % N
        s = pow(k, -1, N) * (z + r * private) % N
        if r and s:
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    raise AssertionError("unreachable")


def _octets_of_32(der):
    """The first OCTET STRING of 32 bytes, looked for inside sequences and octet strings."""
    at = 0
    while at + 2 <= len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(der[at:at + size], "big"), at + size
        content, at = der[at:at + length], at + length
        if tag == 0x04 and len(content) == 32:
            return content
        if tag in (0x30, 0x04):
            inner = _octets_of_32(content)
            if inner is not None:
                return inner
    return None


def _deterministic_numbers(private, digest):
    def mac(key, data):
        return hmac.new(key, data, hashlib.sha256).digest()

    seed = private.to_bytes(32, "big") + (int.from_bytes(digest, "big") % N).to_bytes(32, "big")
    key, v = bytes(32), b"\x01" * 32
    for separator in (b"\x00", b"\x01"):
        key = mac(key, v + separator + seed)
        v = mac(key, v)
    while True:
        v = mac(key, v)
        k = int.from_bytes(v, "big")
        if 0 < k < N:
            yield k
        key = mac(key, v + b"\x00")
        v = mac(key, v)


def _add(a, b):
    if a is None:
        return b
    if b is None:
        return a
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def _multiply(k, point):
    result = None
    while k:
        if k & 1:
            result = _add(result, point)
        point = _add(point, point)
        k >>= 1
    return result
