"""Pays while services die: every payment must end SETTLED or DECLINED, and the balance must agree with the answers."""
import sys
import threading
import time


def run(city, checks):
    fen = 1_000_000
    wallet = city.open_wallet(city.a, fen)
    token = city.token(city.a, wallet)
    over = threading.Event()
    outcomes, slowest, broken, lock = {}, [0.0], [], threading.Lock()

    def payer():
        while not over.is_set():
            body = city.payment(7, "TOKEN", {"token": token})
            begun = time.monotonic()
            try:
                answer = city.acquirer.decide("acquiring", "/v1/payments", body)
                result = answer["status"] if answer.status == 200 else str(answer)
            except Exception as error:
                result = None
                broken.append(repr(error))
            with lock:
                outcomes[result] = outcomes.get(result, 0) + 1
                slowest[0] = max(slowest[0], time.monotonic() - begun)

    def one_more_settles(patience=60):
        with lock:
            before = outcomes.get("SETTLED", 0)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            with lock:
                if outcomes.get("SETTLED", 0) > before:
                    return True
            time.sleep(0.01)
        return False

    payers = [threading.Thread(target=payer) for _ in range(4)]
    for thread in payers:
        thread.start()
    before = one_more_settles()
    print("paying", flush=True)
    sys.stdin.readline()
    after = one_more_settles()
    over.set()
    for thread in payers:
        thread.join()
    print(f"{outcomes}, slowest {slowest[0]:.1f} s", flush=True)
    checks.that("every payment was decided", not broken, broken)
    checks.that("as SETTLED or DECLINED", set(outcomes) <= {"SETTLED", "DECLINED"}, outcomes)
    checks.that("some settled before the outage", before, outcomes)
    checks.that("and some after it", after, outcomes)
    checks.that("the outage was felt", slowest[0] > 1, slowest)
    checks.equal("the balance agrees with the answers", fen - 7 * outcomes.get("SETTLED", 0), city.balance(city.a, wallet))
