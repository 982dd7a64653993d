// What every test here needs: the server under test, a signed-in SDK, pictures, shorter calls.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import {
  DataCenter,
  FileStore,
  InitializeBuilder,
  Levels,
  LogBuilder,
  OAuthBuilder,
  ParameterMap,
  Record,
  StreamWrapper,
} from "@zohocrm/nodejs-sdk-8.0";

export const env = JSON.parse(readFileSync(process.env.TANZANITE_SDK_ENV, "utf8"));
export const tokenUrl = `${env.accounts_url}/oauth/v2/token`;
export const photoBytesMax = 10 * 1024 * 1024;
export const unknownId = 999_999_999_999_999_999n;

// The SDK writes a log, a token store and its copy of the field metadata: all of it goes here.
const scratch = mkdtempSync(join(tmpdir(), "tanzanite-sdk-node-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const store = new FileStore(join(scratch, "tokens.csv"));
const logger = new LogBuilder().level(Levels.INFO).filePath(join(scratch, "sdk.log")).build();

/** An unused token of our client; what it is made from is for the caller to add. */
export function client(clientId = env.client_id) {
  return new OAuthBuilder().clientId(clientId).clientSecret(env.client_secret);
}

/** Initialises the SDK with a token, and with a store that holds nothing of the last one. */
export async function signIn(builder) {
  const token = builder.build();
  store.deleteTokens();
  const sdk = (await new InitializeBuilder())
    .environment(DataCenter.setEnvironment(env.api_domain, tokenUrl, env.api_domain))
    .token(token)
    .store(store)
    .resourcePath(scratch)
    .logger(logger);
  await sdk.initialize();
  return token;
}

export function signInAs(situation) {
  return signIn(new OAuthBuilder().accessToken(env.access_tokens[situation]));
}

/** Module and id of a record that the server was started with. */
export function target(situation) {
  const { module, id } = env.records[situation];
  return [module, BigInt(id)];
}

/** A correct 2x2 picture; `filler` bytes in a private chunk make it big without more pixels. */
export function png(filler = 0) {
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
  const row = [0, 0x40, 0x30, 0x90, 0x40, 0x30, 0x90];
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    ...(filler ? [chunk("tzNt", Buffer.alloc(filler))] : []),
    chunk("IDAT", deflateSync(Buffer.from([...row, ...row]))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(kind, data) {
  const result = Buffer.alloc(data.length + 12);
  result.writeUInt32BE(data.length, 0);
  result.write(kind, 4, "latin1");
  data.copy(result, 8);
  result.writeUInt32BE(crc32(result.subarray(4, -4)), data.length + 8);
  return result;
}

// zlib.crc32 is younger than the oldest Node that we run on.
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

export async function params(...pairs) {
  const result = new ParameterMap();
  for (const [param, value] of pairs) await result.add(param, value);
  return result;
}

export async function upload(module, id, content, name = "portrait.png") {
  const path = join(scratch, name);
  writeFileSync(path, content);
  const body = new Record.FileBodyWrapper();
  body.setFile(new StreamWrapper(null, null, path));
  return new Record.RecordOperations(module).uploadPhoto(id, body);
}

export function lead(lastName) {
  const record = new Record.Record();
  record.addFieldValue(Record.Field.Leads.LAST_NAME, lastName);
  const body = new Record.BodyWrapper();
  body.setData([record]);
  return body;
}

/** The one result of a reply that answers with an array. */
export function only(response) {
  const results = response.getObject().getData();
  if (results.length !== 1) throw new Error(`expected one result, got ${results.length}`);
  return results[0];
}
