/// <reference lib="esnext.disposable" />

export interface Options {
  /** The program. Without: the environment's TANZANITE_PROGRAM, else `tanzanite` on the PATH. */
  program?: string;
  /** `"demo"`, which is the default, or a seed file's path. */
  seed?: string;
  /** How long it may take to start, in milliseconds. Default: 20 000. */
  startTimeout?: number;
}

/** A running server with an organisation of its own, in memory. */
export interface Tanzanite {
  /** The base URL: a client's API domain and accounts URL. */
  readonly url: string;
  readonly clock: Clock;
  /** What a client needs, with fresh tokens of the administrator's. */
  environment(): Promise<Environment>;
  /** A fresh access token, for an hour of the organisation's clock. */
  token(wanted: { user: string; scopes: string[] }): Promise<string>;
  /** What the seed gives: ids and tokens by name. The demo's tokens never expire. */
  seed(): Promise<Seed>;
  /** Ends the server. The second time, nothing happens. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

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
}

/** Starts a fresh server. */
export function startTanzanite(options?: Options): Promise<Tanzanite>;

/**
 * Gives every test a fresh server. Not for tests of one file that run at the same time: those call
 * `startTanzanite`.
 *
 * @param hooks those of Vitest, Jest or `node:test`. Without: the globals.
 * @returns what answers the server of the test that runs
 */
export function useTanzanite(hooks?: Hooks, options?: Options): () => Tanzanite;
