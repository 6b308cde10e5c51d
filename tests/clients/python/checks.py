"""Counts checks, prints those that failed, goes on."""


class Checks:
    def __init__(self):
        self.done = 0
        self.failed = []

    def that(self, name, truth, seen=None):
        self.done += 1
        if not truth:
            self.failed.append(name)
            print(f"FAILED {name}: {seen!r}", flush=True)
        return bool(truth)

    def equal(self, name, expected, seen, whole=None):
        return self.that(name, expected == seen, f"expected {expected!r}, saw {seen!r} {whole or ''}")

    def settled(self, name, answer):
        return self.that(name, answer.status == 200 and answer["status"] == "SETTLED", answer)

    def declined(self, name, code, answer):
        return self.that(name, answer.status == 200 and answer["status"] == "DECLINED" and answer["declineCode"] == code, answer)

    def refused(self, name, status, code, answer, field=None):
        """A problem of RFC 9457 with this status and code, which names this field."""
        members = ("type", "title", "status", "detail", "code", "traceId")
        return self.that(
            name,
            answer.status == status
            and answer.type == "application/problem+json"
            and all(member in answer.body for member in members)
            and answer["status"] == status
            and (answer.code == code or any(e["code"] == code for e in answer.body.get("errors") or []))
            and (field is None or field in answer.fields),
            answer)

    def members(self, name, names, body):
        missing = [n for n in names if n not in body]
        return self.that(name, not missing, f"without {missing}: {body}")
