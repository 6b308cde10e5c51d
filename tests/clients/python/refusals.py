"""Every refusal that the contract names and a client can provoke."""
import time
import urllib.parse

from ecny import exchange

UNSIGNED = ("/healthz/live", "/healthz/ready", "/openapi/v1.json", "/docs", "/v1/codes")


def run(city, checks):
    for chapter in (unsigned, signatures, roles, bodies, unknown_things, languages):
        chapter(city, checks)


def unsigned(city, checks):
    for name, url in city.services.items():
        for path in UNSIGNED:
            answer = exchange(url, "GET", path)
            if answer.status in (301, 302, 307, 308):
                answer = exchange(url, "GET", urllib.parse.urljoin(path, answer.headers["Location"]))
            checks.equal(f"{name}{path} needs no signature", 200, answer.status, answer)
    checks.equal("checkpoints are public", 200, exchange(city.services["wallets"], "GET", "/v1/checkpoints").status)
    text = exchange(city.services["acquiring"], "GET", "/v1/codes").content.decode()
    for code in ("REQUEST_NO_REUSED", "MALFORMED_JSON", "INSUFFICIENT_FUNDS", "CHANNEL_CLOSED", "OWN_KEY_REQUIRED"):
        checks.that(f"/v1/codes explains {code}", code in text, text[:300])


def signatures(city, checks):
    path = "/v1/payments/none"
    url = city.services["acquiring"]
    client = city.acquirer
    checks.refused("no signature", 401, "SIGNATURE_MISSING", exchange(url, "GET", path))

    def forged(headers):
        headers["Signature"] = headers["Signature"][:-4] + ("AAA:" if headers["Signature"][-4:] != "AAA:" else "BBB:")

    checks.refused("a forged signature", 401, "SIGNATURE_INVALID", client.get("acquiring", path, change=forged))
    headers = client.signature("acquiring", "GET", path, None)
    checks.refused("signed for another path", 401, "SIGNATURE_INVALID", exchange(url, "GET", path + "x", None, headers))
    checks.refused("signed for another query", 401, "SIGNATURE_INVALID", exchange(url, "GET", path + "?a=b", None, headers))
    headers = client.signature("acquiring", "POST", "/v1/refunds", b'{"amount":1}')
    checks.refused("another body", 401, "SIGNATURE_INVALID", exchange(url, "POST", "/v1/refunds", b'{"amount":9}', headers))
    for shift in (-301, 301):
        headers = client.signature("acquiring", "GET", path, None, created=int(time.time()) + shift)
        checks.refused(f"a clock off by {shift} s", 401, "SIGNATURE_EXPIRED", exchange(url, "GET", path, None, headers))
    for key in (client, city.own_acquirer):
        headers = key.signature("acquiring", "GET", path, None)
        checks.refused("the first use of a nonce", 404, "NOT_FOUND", exchange(url, "GET", path, None, headers))
        checks.refused("the second one", 401, "NONCE_REUSED", exchange(url, "GET", path, None, headers))
    headers = client.signature("acquiring", "GET", path, None, nonce="short")
    checks.refused("a nonce too short", 401, "SIGNATURE_INVALID", exchange(url, "GET", path, None, headers))


def roles(city, checks):
    wallet = city.open_wallet(city.a, 100)
    body = city.payment(1, "TOKEN", {"token": "none"})
    checks.refused("an operator does not collect", 403, "NOT_PERMITTED", city.a.post("acquiring", "/v1/payments", body))
    checks.refused("an acquirer opens no wallet", 403, "NOT_PERMITTED", city.acquirer.post(
        "wallets", "/v1/wallets", {"requestNo": city.number("w"), "class": "I", "personToken": "x"}))
    checks.refused("a session opens no session", 403, "OWN_KEY_REQUIRED", city.acquirer.post("risk", "/v1/sessions", {"ttlSeconds": 900}))
    checks.refused("a stranger's wallet is not there", 404, "NOT_FOUND", city.b.get("wallets", f"/v1/wallets/{wallet}/balance"))


def bodies(city, checks):
    def post(content, path="/v1/payments", client=city.acquirer, service="acquiring"):
        return client.send(service, "POST", path, content)

    good = city.payment(1, "TOKEN", {"token": "none"})
    for content in (b"", b"{", b"[1,", b'{"amount":01}', b"\xff\xfe", b'{"requestNo":"a"} x', b"nul"):
        checks.refused(f"{content!r} is not JSON", 400, "MALFORMED_JSON", post(content))
    send = lambda **change: city.acquirer.post("acquiring", "/v1/payments", {**good, **change})
    checks.refused("an unknown field", 400, "UNKNOWN_FIELD", send(ammount=1), "ammount")
    checks.refused("an unknown field inside", 400, "UNKNOWN_FIELD", send(payer={"token": "x", "tokken": "y"}), "payer.tokken")
    checks.refused("a field twice", 400, "INVALID_FIELD", post(b'{"amount":1,"amount":1}'), "amount")
    for amount in (0, -1, 1.5, "1", 10**15 + 1, 10**30, None, True, [], {}, 1e400):
        checks.refused(f"amount {amount!r}", 400, "MALFORMED_JSON" if amount == 1e400 else "INVALID_FIELD", send(amount=amount))
    for number in ("", "a b", "x" * 65, "'; DROP TABLE journal; --", 7, None):
        checks.refused(f"requestNo {number!r}", 400, "INVALID_FIELD", send(requestNo=number), "requestNo")
    checks.refused("a payer of another method", 400, "INVALID_FIELD", send(payer={"payCode": "x"}))
    checks.refused("a method that is none", 400, "INVALID_FIELD", send(method="CASH"), "method")
    checks.refused("a body over 64 KiB", 413, "BODY_TOO_LARGE", post(b'{"requestNo":"' + b"x" * 70_000 + b'"}'))


def unknown_things(city, checks):
    get = lambda path: city.acquirer.get("acquiring", path)
    checks.refused("a payment that is not there", 404, "NOT_FOUND", get("/v1/payments/none"))
    checks.refused("a number never used", 404, "NOT_FOUND", get(f"/v1/payments?requestNo={city.number('p')}"))
    checks.refused("an order that is not there", 404, "NOT_FOUND", get("/v1/orders/none"))
    checks.refused("a path that is not there", 404, "NOT_FOUND", get("/v1/nothing"))
    wallet = city.open_wallet(city.a, 100)
    token = city.token(city.a, wallet)
    body = city.payment(1, "TOKEN", {"token": token})
    checks.refused("a merchant that is not there", 422, "MERCHANT_UNKNOWN",
                   city.acquirer.post("acquiring", "/v1/payments", {**body, "merchantNo": "M-none"}), "merchantNo")
    checks.refused("a payer that is not there", 422, "PAYER_UNKNOWN",
                   city.acquirer.post("acquiring", "/v1/payments", {**body, "payer": {"token": "0" * 32}}))
    checks.refused("a wallet that is not there", 422, "WALLET_UNKNOWN", city.a.post("wallets", "/v1/transfers", {
        "requestNo": city.number("tr"), "fromWalletId": wallet, "toWalletId": "none", "amount": 1}), "toWalletId")
    checks.settled("what was refused is not remembered", city.acquirer.decide("acquiring", "/v1/payments", body))


def languages(city, checks):
    titles = {}
    for language in ("zh-CN", "en"):
        answer = city.acquirer.get("acquiring", "/v1/payments/none", headers={"Accept-Language": language})
        titles[language] = answer["title"] + answer["detail"]
    checks.that("Chinese on request", any("\u4e00" <= c <= "\u9fff" for c in titles["zh-CN"]), titles)
    checks.that("English on request", titles["en"].isascii() or titles["en"] != titles["zh-CN"], titles)
