// What goes wrong, and how a server ends. TANZANITE_PROGRAM names the program.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, afterEach, beforeEach, describe, test } from "node:test";
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

/** Takes the photo of one of the demo's leads away; the status. */
async function removePhoto(organisation) {
  const { records, tokens } = await organisation.seed();
  const url = `${organisation.url}/crm/v8/Leads/${records.with_photo.id}/photo`;
  const headers = { Authorization: `Zoho-oauthtoken ${tokens.admin.text}` };
  return (await fetch(url, { method: "DELETE", headers })).status;
}

describe("useTanzanite with organisations", () => {
  const tanzanite = useTanzanite({ beforeEach, afterEach, after }, { organisation: true });
  const seen = [];

  for (const time of [1, 2, 3]) {
    test(`gives a fresh one on the same server, ${time}`, async () => {
      const { url } = tanzanite();
      const { records, client_secret } = await tanzanite().seed();
      assert.equal((await tanzanite().environment()).client_secret, client_secret);
      assert.equal(await removePhoto(tanzanite()), 200);
      for (const before of seen) {
        assert.equal(before.url, url);
        assert.notEqual((await before.seed()).records.with_photo.id, records.with_photo.id);
        await assert.rejects(before.environment(), /there is no organisation/);
      }
      seen.push(tanzanite());
      assert.equal(seen.length, time);
    });
  }

  test("ends its server after the last test", async () => {
    const hooks = { all: [] };
    const other = useTanzanite(
      {
        beforeEach: (hook) => (hooks.begin = hook),
        afterEach: (hook) => (hooks.end = hook),
        afterAll: (hook) => hooks.all.push(hook),
      },
      { organisation: true },
    );
    for (const hook of hooks.all) await hook();
    await hooks.begin();
    const { url } = other();
    await hooks.end();
    assert.ok(await answers(url));
    for (const hook of hooks.all) await hook();
    assert.ok(!(await answers(url)));
  });

  test("wants a hook that ends the server", () => {
    const use = () => useTanzanite({ beforeEach, afterEach }, { organisation: true });
    assert.throws(use, /wants the hook afterAll, or after/);
  });
});

describe("an organisation", () => {
  const tanzanite = useTanzanite({ beforeEach, afterEach });

  test("is beside the server's own", async () => {
    const one = await tanzanite().organisation("one");
    const two = await tanzanite().organisation("two");
    await one.clock.freeze("2026-03-01T08:00:00Z");
    assert.equal((await two.clock.show()).state, "running");
    assert.equal((await tanzanite().clock.show()).state, "running");
    assert.equal(await removePhoto(one), 200);
    assert.equal((await one.differences("seed")).length, 1);
    assert.deepEqual(await two.differences("seed"), []);
    assert.deepEqual(await tanzanite().differences("seed"), []);
    (await two.seed()).records = {};
    assert.equal((await two.seed()).records.locked.module, "Leads");
  });

  test("is removed once, and made again with the same ids", async () => {
    const one = await tanzanite().organisation("one");
    await removePhoto(one);
    await assert.rejects(tanzanite().organisation("one"), /there is an organisation of the name/);
    const again = await tanzanite().organisation("one", { replace: true });
    assert.deepEqual(await again.seed(), await one.seed());
    assert.deepEqual(await again.differences("seed"), []);
    await Promise.all([again.remove(), again.remove()]);
    await again.remove();
    await assert.rejects(again.clock.show(), /there is no organisation/);
    await assert.rejects(tanzanite().organisation("a b"), /"a b" is no name/);
  });

  for (const kind of ["the server's own", "another"]) {
    test(`is kept, compared, brought back and reset: ${kind}`, async () => {
      const server = tanzanite();
      const organisation = kind === "another" ? await server.organisation("one") : server;
      await organisation.clock.freeze();
      await organisation.snapshot("before");
      assert.deepEqual(await organisation.differences("before"), []);
      assert.equal(await removePhoto(organisation), 200);
      const [{ id, photo }, ...others] = await organisation.differences("before");
      const { records } = await organisation.seed();
      assert.deepEqual([id, photo, others], [records.with_photo.id, "removed", []]);
      await organisation.restore("before");
      assert.deepEqual(await organisation.differences("before"), []);
      assert.equal(await removePhoto(organisation), 200);
      await organisation.reset();
      assert.deepEqual(await organisation.differences("seed"), []);
      assert.equal((await organisation.clock.show()).state, "running");
      await assert.rejects(organisation.restore("a/b c"), /there is no snapshot/);
      await assert.rejects(organisation.differences("a/b c"), /there is no snapshot/);
    });
  }

  test("tells all of its differences, however many there are", async () => {
    const { url } = tanzanite();
    const { api_domain, access_token } = await tanzanite().environment();
    const headers = { Authorization: `Zoho-oauthtoken ${access_token}` };
    assert.equal(api_domain, url);
    for (let hundreds = 0; hundreds < 11; hundreds += 1) {
      const data = Array.from({ length: 100 }, (_, index) => ({ Last_Name: `Lee ${index}` }));
      const body = JSON.stringify({ data });
      const response = await fetch(`${url}/crm/v8/Leads`, { method: "POST", headers, body });
      assert.equal(response.status, 201, await response.text());
    }
    const differences = await tanzanite().differences("seed");
    assert.equal(new Set(differences.map(({ id }) => id)).size, 1100);
    assert.equal(differences.length, 1100);
  });
});
