// Starts Tanzanite for tests: each server is a child process with an organisation of its own, and with
// others beside it if they are wanted.
//
// A test may have put fakes in place of timers, Date and fetch: nothing here uses the global ones.

import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const POLL_MS = 5;
/** How long a server has to end by itself. */
const STOP_MS = 5000;

/**
 * Starts a fresh server.
 *
 * @param {import("./index.js").Options} [options]
 * @returns {Promise<import("./index.js").Tanzanite>}
 */
export async function startTanzanite(options = {}) {
  const program = options.program || process.env.TANZANITE_PROGRAM || "tanzanite";
  const { seed = "demo", startTimeout = 20_000 } = options;
  const folder = await mkdtemp(join(tmpdir(), "tanzanite-"));
  try {
    const ready = join(folder, "ready");
    // With an empty file of its own, it does not take the project's tanzanite.toml.
    const settings = join(folder, "tanzanite.toml");
    await writeFile(settings, "");
    const child = new Child(program, [
      ...["serve", "--memory", "--seed", seed, "--listen", "127.0.0.1:0"],
      ...["--ready-file", ready, "--log", "off", "--settings", settings, "--until-stdin-ends"],
    ]);
    const url = await child.untilReady(ready, startTimeout);
    return new Tanzanite(url, () => describeSeed(program, seed), child);
  } finally {
    // The server needs none of it any more.
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Gives every test a fresh server, or a fresh organisation on a server that the file's tests share.
 * Not for tests of one file that run at the same time: those call `startTanzanite`, and
 * `organisation` of what that gives.
 *
 * @param {import("./index.js").Hooks} [hooks]
 *   those of Vitest, Jest or `node:test`; without: the globals
 * @param {import("./index.js").Options & { organisation?: boolean }} [options]
 * @returns {() => import("./index.js").Organisation} what the test that runs was given
 */
export function useTanzanite(hooks = globalThis, { organisation = false, ...options } = {}) {
  const { beforeEach, afterEach, afterAll = hooks.after } = hooks;
  const give = organisation ? besideOthers(afterAll, options) : () => startTanzanite(options);
  let current;
  beforeEach(async () => {
    if (current) {
      throw new Error("useTanzanite: tests that run at the same time call startTanzanite instead");
    }
    current = await give();
  });
  afterEach(async () => {
    const ended = current;
    current = undefined;
    await ended?.[asyncDispose]();
  });
  return () => {
    if (!current) throw new Error("useTanzanite: there is a server only within a test");
    return current;
  };
}

/** What makes one organisation after another on a server, which ends after the last test. */
function besideOthers(afterAll, options) {
  if (!afterAll) throw new Error("useTanzanite: `organisation` wants the hook afterAll, or after");
  let server;
  let made = 0;
  afterAll(() => server?.stop());
  return async () => {
    server ??= await startTanzanite(options);
    made += 1;
    return server.organisation(`test-${made}`);
  };
}

// Older Nodes, and Jest on them, have no such symbol. The other is what esbuild then looks for.
const asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/** What a test can ask of any organisation. */
class Organisation {
  #ask;
  #seed;

  /**
   * @param {string} url
   * @param {() => string | Promise<string>} seed
   *   what its seed gives, as text: no test can change what another gets
   * @param {string} [org] its number; without: the server's own
   */
  constructor(url, seed, org) {
    this.url = url;
    this.#seed = seed;
    this.#ask = (method, operation, body, query = {}) => {
      const about = new URLSearchParams(org ? { ...query, org } : query);
      return ask(`${url}/_tanzanite/${operation}?${about}`, method, body);
    };
    const change = (body) => this.#ask("POST", "clock", body);
    this.clock = {
      show: () => this.#ask("GET", "clock"),
      freeze: (at) => change({ action: "freeze", at: timeText(at) }),
      set: (to) => change({ action: "set", to: timeText(to) }),
      advance: (by) => change({ action: "advance", by }),
      resume: () => change({ action: "resume" }),
      reset: () => change({ action: "reset" }),
    };
  }

  environment() {
    return this.#ask("POST", "environment");
  }

  async token({ user, scopes }) {
    return (await this.#ask("POST", "tokens", { user, scopes })).access_token;
  }

  async seed() {
    return JSON.parse(await this.#seed());
  }

  async reset() {
    await this.#ask("POST", "reset");
  }

  async snapshot(name) {
    await this.#ask("POST", "snapshots", { name });
  }

  async restore(name) {
    await this.#ask("POST", `snapshots/${encodeURIComponent(name)}/restore`);
  }

  async differences(name) {
    const operation = `snapshots/${encodeURIComponent(name)}/diff`;
    let page = await this.#ask("GET", operation);
    const changes = page.changes;
    while (page.next) {
      page = await this.#ask("GET", operation, undefined, { after: page.next });
      changes.push(...page.changes);
    }
    return changes;
  }
}

/** A server, which is asked about its own organisation. */
class Tanzanite extends Organisation {
  #child;

  constructor(url, seed, child) {
    super(url, seed);
    this.#child = child;
  }

  async organisation(name, { replace = false } = {}) {
    const made = await ask(`${this.url}/_tanzanite/organisations`, "POST", { name, replace });
    return new OtherOrganisation(this.url, made);
  }

  stop() {
    return this.#child.stop();
  }

  [asyncDispose]() {
    return this.stop();
  }
}

/** An organisation that was made beside the server's own. */
class OtherOrganisation extends Organisation {
  #removed;

  constructor(url, { org, client_id, client_secret, user, records, tokens }) {
    const seed = JSON.stringify({ client_id, client_secret, user, records, tokens });
    super(url, () => seed, org);
    this.org = org;
  }

  async remove() {
    const url = `${this.url}/_tanzanite/organisations?org=${this.org}`;
    this.#removed ??= ask(url, "DELETE");
    await this.#removed;
  }

  [asyncDispose]() {
    return this.remove();
  }
}

/** A server's process. */
class Child {
  #program;
  #process;
  /** Resolves to an Error that says how it ended. */
  #ended;

  constructor(program, args) {
    this.#program = program;
    this.#process = spawn(program, args, {
      env: foreignEnvironment(),
      // Its input ends with this process, however that ends, and it with its input.
      stdio: ["pipe", "ignore", "pipe"],
    });
    let complaint = "";
    this.#process.stdin.on("error", () => {});
    this.#process.stderr.setEncoding("utf8").on("data", (text) => (complaint += text));
    this.#ended = new Promise((resolve) => {
      this.#process.once("error", (error) => resolve(cannotRun(program, error)));
      this.#process.once("close", (code, signal) => {
        const how = signal ?? `exit code ${code}`;
        resolve(new Error(`${program} ended before it was ready (${how}):\n${complaint.trim()}`));
      });
    });
  }

  /** The base URL, once requests are served. */
  async untilReady(file, startTimeout) {
    for (let waited = 0; waited < startTimeout; waited += POLL_MS) {
      const failure = await Promise.race([this.#ended, sleep(POLL_MS)]);
      if (failure) throw failure;
      const url = await readFile(file, "utf8").catch(() => "");
      if (url) {
        // With the log off, what it says from here on are failures of its own.
        this.#process.stderr.on("data", (text) => process.stderr.write(text));
        // A server that nobody stops shall not keep the tests from ending.
        this.#process.unref();
        this.#process.stdin.unref();
        this.#process.stderr.unref();
        return url.trim();
      }
    }
    await this.stop();
    throw new Error(`${this.#program} was not ready within ${startTimeout} ms`);
  }

  async stop() {
    this.#process.ref();
    this.#process.stderr.ref();
    // To a process that has ended, neither is sent.
    this.#process.kill("SIGTERM");
    await Promise.race([this.#ended, sleep(STOP_MS, undefined, { ref: false })]);
    this.#process.kill("SIGKILL");
    await this.#ended;
  }
}

/** What seeds give, asked once. */
const seeds = new Map();

async function describeSeed(program, seed) {
  const key = `${program}\n${seed}`;
  if (!seeds.has(key)) {
    const options = { env: foreignEnvironment(), maxBuffer: Infinity };
    seeds.set(key, promisify(execFile)(program, ["check", seed, "--json"], options));
  }
  return (await seeds.get(key)).stdout;
}

/** Asks the control API. Each request has a connection of its own, so none is left to wait for. */
async function ask(url, method, body) {
  const response = await new Promise((resolve, reject) => {
    request(url, { method, agent: false })
      .once("response", resolve)
      .once("error", reject)
      .end(body && JSON.stringify(body));
  });
  const answer = await json(response);
  if (response.statusCode !== 200) throw new Error(`Tanzanite: ${answer.error} (${answer.hint})`);
  return answer;
}

/** A Date, or another library's idea of one, as text; a text as it is. */
function timeText(time) {
  return typeof time === "string" ? time : time?.toISOString();
}

/** The environment without Tanzanite's settings, which are for other servers. */
function foreignEnvironment() {
  const foreign = Object.entries(process.env).filter(([name]) => !name.startsWith("TANZANITE_"));
  return Object.fromEntries(foreign);
}

function cannotRun(program, cause) {
  const hint =
    "`cargo install --path crates/tanzanite` in Tanzanite's repository puts it on PATH; " +
    "or TANZANITE_PROGRAM names it";
  return new Error(`cannot run ${program}: ${cause.message}\n${hint}`, { cause });
}
