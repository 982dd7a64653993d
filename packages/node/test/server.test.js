// What goes wrong, and how a server ends. TANZANITE_PROGRAM names the program.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startTanzanite, useTanzanite } from "tanzanite-test";

/** Whether a server answers. */
async function answers(url) {
  return fetch(`${url}/_tanzanite/health`).then((response) => response.ok, () => false);
}

describe("a server that does not start says why", () => {
  test("a program that is not there", async () => {
    const start = startTanzanite({ program: "/nowhere/tanzanite" });
    await assert.rejects(start, /cannot run \/nowhere\/tanzanite: .*ENOENT\n.*TANZANITE_PROGRAM/);
  });

  test("a seed that is none", async () => {
    const start = startTanzanite({ seed: "nowhere.toml" });
    await assert.rejects(start, /ended before it was ready \(exit code 3\):\n.*nowhere\.toml/);
  });

  test("no time", async () => {
    await assert.rejects(startTanzanite({ startTimeout: 0 }), /was not ready within 0 ms/);
  });
});

describe("a server ends", () => {
  test("once, however often it is stopped", async () => {
    const tanzanite = await startTanzanite();
    assert.ok(await answers(tanzanite.url));
    await Promise.all([tanzanite.stop(), tanzanite.stop()]);
    assert.ok(!(await answers(tanzanite.url)));
    await tanzanite.stop();
  });

  test("with the process that started it, even if that is killed", async () => {
    const script = `import { startTanzanite } from "tanzanite-test";
      console.log((await startTanzanite()).url);
      setInterval(() => {}, 1000);`;
    const cwd = new URL("..", import.meta.url);
    const parent = spawn(process.execPath, ["--input-type=module", "--eval", script], { cwd });
    const [line] = await once(parent.stdout, "data");
    const url = String(line).trim();
    assert.ok(await answers(url));
    parent.kill("SIGKILL");
    for (let tries = 0; (await answers(url)) && tries < 500; tries += 1) await sleep(10);
    assert.ok(!(await answers(url)));
  });
});

test("settings that are meant for other servers are not taken", async () => {
  process.env.TANZANITE_AUTH = "none of the three";
  try {
    await (await startTanzanite()).stop();
  } finally {
    delete process.env.TANZANITE_AUTH;
  }
});

describe("useTanzanite", () => {
  const tanzanite = useTanzanite({ beforeEach, afterEach });

  test("gives what a client needs", async () => {
    const { api_domain, user } = await tanzanite().environment();
    assert.equal(api_domain, tanzanite().url);
    const token = await tanzanite().token({ user, scopes: ["ZohoCRM.users.READ"] });
    const headers = { Authorization: `Zoho-oauthtoken ${token}` };
    const response = await fetch(`${api_domain}/crm/v8/users?type=CurrentUser`, { headers });
    assert.equal((await response.json()).users[0].email, user);
  });

  test("passes on what the server refuses", async () => {
    const token = tanzanite().token({ user: "nobody@example.com", scopes: ["ZohoCRM.users.READ"] });
    await assert.rejects(token, /^Error: Tanzanite: .*nobody@example\.com/);
    await assert.rejects(tanzanite().clock.advance("soon"), /"soon" is no span of time/);
  });

  test("sets the clock", async () => {
    const { clock } = tanzanite();
    const now = "2026-03-01T08:00:00.000Z";
    assert.equal((await clock.freeze(new Date(now))).now, now);
    assert.equal((await clock.freeze()).now, now);
    assert.equal((await clock.advance("1h")).now, "2026-03-01T09:00:00.000Z");
    assert.equal((await clock.set("2027-01-01T01:00:00+01:00")).now, "2027-01-01T00:00:00.000Z");
    assert.equal((await clock.resume()).state, "running");
    assert.ok((await clock.show()).now < "2027-01-02");
    assert.equal((await clock.reset()).ahead_ms, 0);
  });

  test("lets no test change what the seed gives another", async () => {
    (await tanzanite().seed()).records = {};
    assert.equal((await tanzanite().seed()).records.locked.module, "Leads");
  });

  test("refuses to mix up tests that run at the same time", async () => {
    const hooks = {};
    const other = useTanzanite({
      beforeEach: (hook) => (hooks.begin = hook),
      afterEach: (hook) => (hooks.end = hook),
    });
    assert.throws(other, /only within a test/);
    await hooks.begin();
    await assert.rejects(hooks.begin(), /at the same time/);
    await hooks.end();
    assert.throws(other, /only within a test/);
  });
});
