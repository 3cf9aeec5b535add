"""A collector in Python: reads accounts from a JSON file and gives them as facts, under names that hold the time and a
random number, so that a replay shows whether both come from the run."""

import json
import random
import time
from datetime import datetime, timezone

import wit_world
from componentize_py_types import Err
from wit_world.imports import facts, files, run
from wit_world.imports.types import Fault

KIND = "identity.user@1"
SCOPE = "file:users"


def users():
    chunk = files.read("/data/users.json", 0, 1 << 20)
    return json.loads(chunk.bytes), chunk.call


class WitWorld(wit_world.WitWorld):
    def check(self) -> None:
        users()

    def collect(self) -> None:
        facts.expect(KIND, SCOPE)
        run.log("info", "the clock says " + datetime.now(timezone.utc).isoformat())
        time.sleep(1.5)
        accounts, call = users()
        lines = []
        for account in accounts:
            body = dict(account)
            body["account"] = f"{time.time_ns()}-{random.random()}-{random.randrange(1 << 30)}"
            lines.append(json.dumps({"subject": "user/" + account["name"], "body": body, "$from": [[call, 0, 1]]}))
        if not lines:
            raise Err(Fault("not-found", "the file names no account", False, ""))
        facts.emit(KIND, SCOPE, "ndjson", "\n".join(lines).encode())
        facts.complete(KIND, SCOPE, json.dumps({"count": len(lines)}))
