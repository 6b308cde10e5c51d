"""The institutions of the sandbox with their sessions, and fresh numbers for every run."""
import itertools
import secrets

from ecny import Sandbox


class City:
    def __init__(self, path):
        self.sandbox = Sandbox(path)
        self.services = self.sandbox.services
        self.own_acquirer = self.sandbox.institution("sandbox-acquirer")
        self.own_a = self.sandbox.institution("sandbox-operator-a")
        # Each session is opened at another service and must be valid at all of them.
        self.acquirer = self.own_acquirer.session("wallets")
        self.a = self.own_a.session("acquiring")
        self.b = self.sandbox.institution("sandbox-operator-b").session("clearing")
        self.regulator = self.sandbox.institution("sandbox-regulator").session("risk")
        self.merchant = self.sandbox.merchants("sandbox-acquirer")[0]
        self.run = secrets.token_hex(6)
        self.counter = itertools.count(1)

    def number(self, kind):
        """A number that nobody has used."""
        return f"{kind}-{self.run}-{next(self.counter)}"

    def place(self):
        """Merchant, store, terminal and scenario of a payment."""
        return {name: self.merchant[name] for name in ("merchantNo", "storeNo", "terminalNo", "scenario")}

    def open_wallet(self, operator, fen=0, wallet_class="I"):
        """A new wallet with this many fen on it."""
        token = {"IV": "phoneToken", "CORPORATE": "organisationToken"}.get(wallet_class, "personToken")
        opened = operator.post("wallets", "/v1/wallets", {
            "requestNo": self.number("w"), "class": wallet_class, token: self.number("person")})
        if opened.status != 201:
            raise RuntimeError(f"no wallet: {opened}")
        if fen:
            filled = operator.decide("wallets", "/v1/exchanges", {
                "requestNo": self.number("x"), "walletId": opened["walletId"], "direction": "IN",
                "amount": fen, "bankAccountToken": self.number("bank")})
            if filled["status"] != "SETTLED":
                raise RuntimeError(f"not filled: {filled}")
        return opened["walletId"]

    def balance(self, operator, wallet):
        return operator.get("wallets", f"/v1/wallets/{wallet}/balance")["availableAmount"]

    def pay_code(self, operator, wallet):
        return operator.post("wallets", f"/v1/wallets/{wallet}/pay-codes", {"requestNo": self.number("c")})["payCode"]

    def token(self, operator, wallet):
        return operator.post("wallets", f"/v1/wallets/{wallet}/tokens", {
            "requestNo": self.number("t"), "merchantNo": self.merchant["merchantNo"]})["token"]

    def payment(self, amount, method, payer, **more):
        return {"requestNo": self.number("p"), "amount": amount, "method": method, "payer": payer,
                **self.place(), "channel": "POS", **more}
