"""Everything that moves money, and every way to ask for it afterwards."""
import json
import time
from datetime import datetime

PAYMENT = ("paymentNo", "requestNo", "status", "amount", "paidAt", "businessDate", "shard", "seq", "parts")


def run(city, checks):
    for chapter in (payments, repeated, orders, refunds, cancels, transfers, exchanges, receipts, journal):
        chapter(city, checks)


def payments(city, checks):
    wallet = city.open_wallet(city.a, 10_000)
    left = 10_000

    answer = city.acquirer.decide("acquiring", "/v1/payments", city.payment(1_250, "PAY_CODE", {"payCode": city.pay_code(city.a, wallet)}))
    if checks.settled("a pay code pays", answer):
        checks.members("a payment has its members", PAYMENT, answer.body)
        checks.equal("the amount of the payment", 1_250, answer["amount"])
        checks.equal("its parts add up", 1_250, sum(part["amount"] for part in answer["parts"]))
        checks.that("paidAt has an offset", datetime.fromisoformat(answer["paidAt"]).tzinfo is not None, answer["paidAt"])
        checks.equal("businessDate is a date", answer["businessDate"], str(datetime.fromisoformat(answer["businessDate"]).date()))
        for path in (f"/v1/payments/{answer['paymentNo']}", f"/v1/payments?requestNo={answer['requestNo']}"):
            checks.equal(f"the same object by {path[:13]}", answer.body, city.acquirer.get("acquiring", path).body)
    left -= 1_250

    token = city.token(city.a, wallet)
    for amount in (1, 999):
        checks.settled("a token pays", city.acquirer.decide("acquiring", "/v1/payments", city.payment(amount, "TOKEN", {"token": token})))
        left -= amount

    code = city.acquirer.post("acquiring", "/v1/codes/static", {
        "requestNo": city.number("s"), "merchantNo": city.merchant["merchantNo"], "storeNo": city.merchant["storeNo"]})
    checks.equal("a static code is created", 201, code.status, code)
    checks.members("a static code has its members", ("codeNo", "codeContent"), code.body)
    scan = {"requestNo": city.number("p"), "amount": 500, "method": "STATIC_CODE", "payer": {"walletId": wallet}, "codeContent": code["codeContent"]}
    answer = city.a.decide("acquiring", "/v1/payments", scan)
    checks.settled("a static code is paid by the payer's operator", answer)
    left -= 500
    checks.equal("the operator finds its payment", answer.body, city.a.get("acquiring", f"/v1/payments?requestNo={scan['requestNo']}").body)

    once = city.pay_code(city.a, wallet)
    checks.settled("a pay code pays once", city.acquirer.decide("acquiring", "/v1/payments", city.payment(10, "PAY_CODE", {"payCode": once})))
    checks.declined("and not twice", "PAY_CODE_USED", city.acquirer.decide("acquiring", "/v1/payments", city.payment(10, "PAY_CODE", {"payCode": once})))
    left -= 10
    checks.declined("nobody pays what he has not", "INSUFFICIENT_FUNDS",
                    city.acquirer.decide("acquiring", "/v1/payments", city.payment(left + 1, "TOKEN", {"token": token})))

    balance = city.a.get("wallets", f"/v1/wallets/{wallet}/balance")
    checks.members("a balance has its members", ("walletId", "availableAmount", "heldAmount", "contracts", "asOf"), balance.body)
    checks.equal("the balance is what is left", left, balance["availableAmount"], balance)
    checks.members("a balance names its entry", ("shard", "seq"), balance["asOf"])


def repeated(city, checks):
    wallet = city.open_wallet(city.a, 1_000)
    body = city.payment(100, "TOKEN", {"token": city.token(city.a, wallet)})
    first = city.acquirer.decide("acquiring", "/v1/payments", body)
    again = city.acquirer.send("acquiring", "POST", "/v1/payments", json.dumps(dict(reversed(body.items())), indent=3).encode())
    checks.equal("the same number gives the same object", first.body, again.body)
    checks.equal("and says so", "true", again.headers.get("Idempotent-Replayed"))
    checks.that("the first answer does not", first.headers.get("Idempotent-Replayed") is None, first.headers.get("Idempotent-Replayed"))
    other = city.acquirer.post("acquiring", "/v1/payments", {**body, "amount": 101})
    checks.refused("the same number with another content", 409, "REQUEST_NO_REUSED", other)
    checks.equal("paid once", 900, city.balance(city.a, wallet))
    poor = city.payment(5_000, "TOKEN", {"token": city.token(city.a, wallet)})
    checks.declined("a decline", "INSUFFICIENT_FUNDS", city.acquirer.decide("acquiring", "/v1/payments", poor))
    checks.declined("is final, also on repetition", "INSUFFICIENT_FUNDS", city.acquirer.decide("acquiring", "/v1/payments", poor))


def orders(city, checks):
    wallet = city.open_wallet(city.b, 10_000)
    merchant = city.merchant["merchantNo"]

    def create():
        body = {"merchantNo": merchant, "merchantOrderNo": city.number("o"), "amount": 700, "subject": "两碗面 & <tea>"}
        order = city.acquirer.post("acquiring", "/v1/orders", body)
        checks.equal("an order is created", 201, order.status, order)
        checks.members("an order has its members", ("orderNo", "status", "codeContent", "expiresAt"), order.body)
        checks.equal("it waits", "WAIT_PAY", order["status"])
        return body, order

    body, order = create()
    by_number = f"/v1/orders?merchantNo={merchant}&merchantOrderNo={body['merchantOrderNo']}"
    checks.equal("an order by its number", order["orderNo"], city.acquirer.get("acquiring", by_number)["orderNo"])
    repeat = city.acquirer.post("acquiring", "/v1/orders", body)
    checks.equal("an order again", order["orderNo"], repeat["orderNo"])
    checks.equal("an order again says so", "true", repeat.headers.get("Idempotent-Replayed"))
    pay = f"/v1/orders/{order['orderNo']}/pay"
    paid = city.b.decide("acquiring", pay, {"requestNo": city.number("p"), "walletId": wallet})
    checks.settled("an order is paid", paid)
    checks.equal("for its amount", 700, paid["amount"])
    checks.declined("and once", "ALREADY_PAID", city.b.decide("acquiring", pay, {"requestNo": city.number("p"), "walletId": wallet}))
    seen = city.acquirer.get("acquiring", f"/v1/orders/{order['orderNo']}")
    checks.that("it is neither waiting nor closed", seen["status"] not in ("WAIT_PAY", "CLOSED"), seen)
    closed = city.acquirer.post("acquiring", f"/v1/orders/{order['orderNo']}/close", {})
    checks.that("closing it gives the paid order", closed.status == 200 and closed["status"] == seen["status"], closed)

    _, order = create()
    closed = city.acquirer.post("acquiring", f"/v1/orders/{order['orderNo']}/close", {})
    checks.that("an order is closed", closed.status == 200 and closed["status"] == "CLOSED" and closed["orderNo"] == order["orderNo"], closed)
    late = city.b.decide("acquiring", f"/v1/orders/{order['orderNo']}/pay", {"requestNo": city.number("p"), "walletId": wallet})
    checks.declined("a closed order is not paid", "ORDER_CLOSED", late)

    number = city.number("o")
    token = city.token(city.b, wallet)
    checks.settled("a payment with an order number", city.acquirer.decide(
        "acquiring", "/v1/payments", city.payment(50, "TOKEN", {"token": token}, merchantOrderNo=number)))
    checks.declined("pays that order once", "ALREADY_PAID", city.acquirer.decide(
        "acquiring", "/v1/payments", city.payment(50, "TOKEN", {"token": token}, merchantOrderNo=number)))
    checks.equal("orders took what they cost", 10_000 - 700 - 50, city.balance(city.b, wallet))


def refunds(city, checks):
    wallet = city.open_wallet(city.a, 1_000)
    paid = city.acquirer.decide("acquiring", "/v1/payments", city.payment(1_000, "TOKEN", {"token": city.token(city.a, wallet)}))

    def refund(amount):
        return city.acquirer.decide("acquiring", "/v1/refunds", {
            "refundNo": city.number("r"), "paymentNo": paid["paymentNo"], "amount": amount, "reason": "not hot"})

    part = refund(300)
    checks.settled("a refund in part", part)
    checks.members("a refund has its members", ("refundId", "status", "amount", "refundedTotalAmount", "shard", "seq"), part.body)
    checks.equal("its total", 300, part["refundedTotalAmount"])
    checks.declined("no more than was paid", "REFUND_EXCEEDS", refund(701))
    rest = refund(700)
    checks.settled("the rest", rest)
    checks.equal("the whole total", 1_000, rest["refundedTotalAmount"])
    checks.declined("and no fen more", "REFUND_EXCEEDS", refund(1))
    checks.equal("all of it came back", 1_000, city.balance(city.a, wallet))
    found = city.acquirer.get("acquiring", f"/v1/refunds/{part['refundId']}")
    checks.that("a refund by its id", found.status == 200 and found["refundId"] == part["refundId"], found)


def cancels(city, checks):
    wallet = city.open_wallet(city.a, 1_000)
    token = city.token(city.a, wallet)

    def cancel(original):
        return city.acquirer.decide("acquiring", "/v1/payments/cancel", {"requestNo": city.number("k"), "originalRequestNo": original})

    paid = city.acquirer.decide("acquiring", "/v1/payments", city.payment(400, "TOKEN", {"token": token}))
    answer = cancel(paid["requestNo"])
    checks.that("what settled is refunded", answer.status == 200 and answer["status"] == "SETTLED" and answer["outcome"] == "REFUNDED", answer)
    late = city.payment(400, "TOKEN", {"token": token})
    answer = cancel(late["requestNo"])
    checks.that("what has not settled is kept from it", answer.status == 200 and answer["status"] == "SETTLED" and answer["outcome"] == "CANCELLED", answer)
    checks.declined("a payment after its cancel", "CANCELLED", city.acquirer.decide("acquiring", "/v1/payments", late))
    checks.declined("whatever its content", "CANCELLED", city.acquirer.decide("acquiring", "/v1/payments", {**late, "amount": 7}))
    checks.equal("cancelled payments cost nothing", 1_000, city.balance(city.a, wallet))


def transfers(city, checks):
    giver, taker = city.open_wallet(city.a, 1_000), city.open_wallet(city.b)
    body = {"requestNo": city.number("tr"), "fromWalletId": giver, "toWalletId": taker, "amount": 250, "remark": "谢谢 'OR 1=1"}
    answer = city.a.decide("wallets", "/v1/transfers", body)
    checks.settled("a transfer to another operator", answer)
    checks.members("a transfer has its members", ("transferNo", "status", "shard", "seq"), answer.body)
    checks.equal("the giver has less", 750, city.balance(city.a, giver))
    checks.equal("the taker has more", 250, city.balance(city.b, taker))
    for path in (f"/v1/transfers/{answer['transferNo']}", f"/v1/transfers?requestNo={body['requestNo']}"):
        found = city.a.get("wallets", path)
        checks.that(f"a transfer by {path[:14]}", found.status == 200 and found["transferNo"] == answer["transferNo"], found)
    checks.declined("not more than there is", "INSUFFICIENT_FUNDS",
                    city.a.decide("wallets", "/v1/transfers", {**body, "requestNo": city.number("tr"), "amount": 751}))
    checks.refused("only the payer's operator gives", 422, "PAYER_UNKNOWN", city.b.post(
        "wallets", "/v1/transfers", {**body, "requestNo": city.number("tr")}), "fromWalletId")

    entries = city.a.get("wallets", f"/v1/wallets/{giver}/entries?limit=1")
    checks.members("entries are a list", ("items", "nextCursor"), entries.body)
    seen, cursor = list(entries["items"]), entries["nextCursor"]
    while cursor and len(seen) < 10:
        page = city.a.get("wallets", f"/v1/wallets/{giver}/entries?limit=1&cursor={cursor}")
        seen, cursor = seen + page["items"], page["nextCursor"]
    checks.equal("every entry of the wallet, each once", sorted({json.dumps(e) for e in seen}), sorted(json.dumps(e) for e in seen))
    checks.that("the exchange and the transfer are among them", len(seen) >= 2, seen)


def exchanges(city, checks):
    wallet = city.open_wallet(city.b, 1_000)
    body = {"requestNo": city.number("x"), "walletId": wallet, "direction": "OUT", "amount": 400, "bankAccountToken": city.number("bank")}
    out = city.b.decide("wallets", "/v1/exchanges", body)
    checks.settled("money goes back to the bank", out)
    checks.members("an exchange has its members", ("exchangeNo", "status", "shard", "seq"), out.body)
    checks.equal("and leaves the wallet", 600, city.balance(city.b, wallet))
    for path in (f"/v1/exchanges/{out['exchangeNo']}", f"/v1/exchanges?requestNo={body['requestNo']}"):
        found = city.b.get("wallets", path)
        checks.that(f"an exchange by {path[:14]}", found.status == 200 and found["exchangeNo"] == out["exchangeNo"], found)
    checks.declined("not more than there is", "INSUFFICIENT_FUNDS",
                    city.b.decide("wallets", "/v1/exchanges", {**body, "requestNo": city.number("x"), "amount": 601}))


def receipts(city, checks):
    wallet = city.open_wallet(city.a, 100)
    paid = city.acquirer.decide("acquiring", "/v1/payments", city.payment(9, "TOKEN", {"token": city.token(city.a, wallet)}))
    deadline, receipt = time.monotonic() + 2.5, None
    while time.monotonic() < deadline:
        receipt = city.acquirer.get("wallets", f"/v1/receipts/{paid['paymentNo']}")
        if receipt.status == 200:
            break
        time.sleep(0.1)
    if checks.equal("a receipt within 2 seconds", 200, receipt.status, receipt):
        # A transfer may have several legs: each is an entry with its own path.
        checks.members("a receipt has its members", ("entry", "path", "checkpoint"), receipt.body)
        checks.members("its entry says what happened", ("seq", "amount"), receipt["entry"])
    checks.refused("a stranger gets no receipt", 404, "NOT_FOUND", city.b.get("wallets", f"/v1/receipts/{paid['paymentNo']}"))


def journal(city, checks):
    heads = city.regulator.get("wallets", "/v1/journal/heads")
    if checks.that("the regulator sees the journal's heads", heads.status == 200 and len(heads.body) > 0, heads):
        head = heads.body[0]
        checks.members("a head has its members", ("shard", "epoch", "seq", "businessDate"), head)
        page = city.regulator.get("wallets", f"/v1/journal?shard={head['shard']}&after={head['seq'] - 10}&limit=10")
        checks.that("and its last ten entries", page.status == 200 and len(page["items"]) == 10 and page["lastSequence"] >= head["seq"], page)
    checks.refused("an acquirer does not", 403, "NOT_PERMITTED", city.acquirer.get("wallets", "/v1/journal/heads"))
