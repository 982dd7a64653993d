// Each test has a CRM of its own: what one removes, the others still have. Each is a server here; in
// `shared.test.js` it is an organisation on one server, which is there sooner.

import { afterEach, beforeEach, expect, test } from "vitest";
import { useTanzanite } from "tanzanite-test";
import { removePhoto } from "../src/photos.js";

const tanzanite = useTanzanite({ beforeEach, afterEach });

/** A client of this test's CRM, and the id of one of the demo's leads. */
async function demo(lead) {
  const { records, tokens } = await tanzanite().seed();
  return [{ domain: tanzanite().url, token: tokens.admin.text }, records[lead].id];
}

test("a photo is removed once", async () => {
  const [client, lead] = await demo("with_photo");
  expect(await removePhoto(client, lead)).toBe("removed");
  expect(await removePhoto(client, lead)).toBe("no photo");
});

test("another test's removal is not seen here", async () => {
  const [client, lead] = await demo("with_photo");
  expect(await removePhoto(client, lead)).toBe("removed");
});

test("a locked record keeps its photo", async () => {
  const [client, lead] = await demo("locked");
  expect(await removePhoto(client, lead)).toBe("locked");
});

test("a token lives for an hour", async () => {
  const [, lead] = await demo("with_photo");
  // The demo's own tokens never expire; this one was issued just now.
  const { api_domain: domain, access_token: token } = await tanzanite().environment();
  await tanzanite().clock.advance("61m");
  await expect(removePhoto({ domain, token }, lead)).rejects.toThrow("INVALID_TOKEN");
});
