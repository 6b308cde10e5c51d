"""Walks through the public contract of a running city and says what keeps it and what does not.

    python3 contract.py .ecny/sandbox.json              the whole contract
    python3 contract.py .ecny/sandbox.json --outage     pays until a line arrives on stdin, whatever dies meanwhile

The last line is `N checks, N failed`; the exit code is 1 if one failed.
"""
import sys

import money
import outage
import refusals
from checks import Checks
from city import City


def main(arguments):
    city = City(arguments[0])
    checks = Checks()
    if "--outage" in arguments[1:]:
        outage.run(city, checks)
    else:
        money.run(city, checks)
        refusals.run(city, checks)
    print(f"{checks.done} checks, {len(checks.failed)} failed", flush=True)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
