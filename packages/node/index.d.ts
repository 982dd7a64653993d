/// <reference lib="esnext.disposable" />

export interface Options {
  /** The program. Without: the environment's TANZANITE_PROGRAM, else `tanzanite` on the PATH. */
  program?: string;
  /** `"demo"`, which is the default, or a seed file's path. */
  seed?: string;
  /** How long it may take to start, in milliseconds. Default: 20 000. */
  startTimeout?: number;
}

/** An organisation of a running server, in memory: the server's own, or one beside it. */
export interface Organisation {
  /** The base URL: a client's API domain and accounts URL. */
  readonly url: string;
  readonly clock: Clock;
  /** What a client needs, with fresh tokens of the administrator's. */
  environment(): Promise<Environment>;
  /** A fresh access token, for an hour of the organisation's clock. */
  token(wanted: { user: string; scopes: string[] }): Promise<string>;
  /** What the seed gives: ids and tokens by name. The demo's tokens never expire. */
  seed(): Promise<Seed>;
  /**
   * Makes it what its seed made it. Its fault rules, its journal and what its limits have counted
   * are gone; tokens that were issued since live on.
   */
  reset(): Promise<void>;
  /** Keeps it as it is, in place of the snapshot that may have the name. */
  snapshot(name: string): Promise<void>;
  /** Makes it what it was in the snapshot. */
  restore(name: string): Promise<void>;
  /** What has become of its records since the snapshot; `seed` is the one that it began as. */
  differences(name: string): Promise<Difference[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A running server. It is asked about its own organisation. */
export interface Tanzanite extends Organisation {
  /**
   * Makes an organisation beside the others, from the server's seed. The same name gives the same
   * ids and tokens. If there is one of the name, that is refused, or goes with `replace`.
   *
   * @param name 1 to 64 of A-Z, a-z, 0-9, `.`, `_` and `-`
   */
  organisation(name: string, options?: { replace?: boolean }): Promise<OtherOrganisation>;
  /** Ends the server. The second time, nothing happens. */
  stop(): Promise<void>;
}

/** An organisation beside the server's own. */
export interface OtherOrganisation extends Organisation {
  /** Its number, which commands take as `--org`. */
  readonly org: string;
  /** Removes it. The second time, nothing happens. */
  remove(): Promise<void>;
}

/** A record that is not as it was. */
export interface Difference {
  module: string;
  id: string;
  name: string;
  change: Became;
  /** API names of the fields that have other values. */
  fields: string[];
  photo?: Became;
  lock?: Became;
}

export type Became = "added" | "changed" | "deleted" | "undeleted" | "removed";

export interface Environment {
  api_domain: string;
  accounts_url: string;
  client_id: string;
  client_secret: string;
  refresh_token: string;
  access_token: string;
  user: string;
}

export interface Seed {
  client_id: string;
  client_secret: string;
  user: string;
  records: Record<string, { module: string; id: string }>;
  tokens: Record<string, { kind: "access" | "refresh" | "code"; text: string }>;
}

/** RFC 3339 with an offset, or a Date. */
export type Time = string | Date;

/** The organisation's clock. Each change answers what the clock shows then. */
export interface Clock {
  show(): Promise<ClockState>;
  /** Stops it, at a time or where it is. */
  freeze(at?: Time): Promise<ClockState>;
  set(to: Time): Promise<ClockState>;
  /** Puts it forward by a span such as `90m`, `1h 30m` or `2d`, or back by one such as `-5s`. */
  advance(by: string): Promise<ClockState>;
  /** Lets it go on from where it stands. */
  resume(): Promise<ClockState>;
  /** Makes it the machine's again. */
  reset(): Promise<ClockState>;
}

export interface ClockState {
  now: string;
  state: "running" | "frozen";
  ahead_ms: number;
}

export interface Hooks {
  beforeEach(hook: () => Promise<void>): unknown;
  afterEach(hook: () => Promise<void>): unknown;
  /** Wanted for organisations alone; in `node:test` it is called `after`. */
  afterAll?(hook: () => Promise<void> | undefined): unknown;
  after?(hook: () => Promise<void> | undefined): unknown;
}

/** Starts a fresh server. */
export function startTanzanite(options?: Options): Promise<Tanzanite>;

/**
 * Gives every test a fresh server, or with `organisation` a fresh organisation on a server that the
 * file's tests share: the first of them `test-1`, and so on. Not for tests of one file that run at
 * the same time: those call `startTanzanite`, and `organisation` of what that gives.
 *
 * @param hooks those of Vitest, Jest or `node:test`. Without: the globals.
 * @returns what answers what the test that runs was given
 */
export function useTanzanite(
  hooks: Hooks | undefined,
  options: Options & { organisation: true },
): () => OtherOrganisation;
export function useTanzanite(
  hooks?: Hooks,
  options?: Options & { organisation?: false },
): () => Tanzanite;
