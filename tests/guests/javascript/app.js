// A collector in JavaScript: reads accounts from a JSON file and gives them as facts, under names that hold the time and a
// random number, so that a replay shows whether both come from the run.
import { expect, emit, complete } from "engine:collector/facts@0.1.0";
import { read } from "engine:collector/files@0.1.0";
import { log, sleep } from "engine:collector/run@0.1.0";

const KIND = "identity.user@1";
const SCOPE = "file:users";

function users() {
  const chunk = read("/data/users.json", 0n, 1 << 20);
  return [JSON.parse(new TextDecoder().decode(chunk.bytes)), Number(chunk.call)];
}

export function check() {
  users();
}

export function collect() {
  expect(KIND, SCOPE);
  log("info", `the clock says ${new Date().toISOString()}`);
  sleep(1500n);
  const [accounts, call] = users();
  const lines = accounts.map((account) =>
    JSON.stringify({
      subject: `user/${account.name}`,
      body: { ...account, account: `${Date.now()}-${Math.random()}-${crypto.randomUUID?.() ?? ""}` },
      $from: [[call, 0, 1]],
    }),
  );
  emit(KIND, SCOPE, "ndjson", new TextEncoder().encode(lines.join("\n")));
  complete(KIND, SCOPE, JSON.stringify({ count: lines.length }));
}
