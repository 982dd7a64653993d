// Each test has an organisation of its own, on a server that the tests of this file share.

import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { useTanzanite } from "tanzanite-test";
import { removePhoto } from "../src/photos.js";

const tanzanite = useTanzanite({ beforeEach, afterEach, afterAll }, { organisation: true });

test.each(["one test", "another"])("what %s removes is there again after a reset", async () => {
  const { records, tokens } = await tanzanite().seed();
  const client = { domain: tanzanite().url, token: tokens.admin.text };
  expect(await removePhoto(client, records.with_photo.id)).toBe("removed");
  await tanzanite().reset();
  expect(await removePhoto(client, records.with_photo.id)).toBe("removed");
});
