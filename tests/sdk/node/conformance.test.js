// The official Node SDK, unmodified, against a running server.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  Fields,
  Modules,
  Record,
  RecordLocking,
  SDKException,
  Users,
} from "@zohocrm/nodejs-sdk-8.0";
import {
  client,
  env,
  lead,
  only,
  params,
  photoBytesMax,
  png,
  signIn,
  signInAs,
  target,
  tokenUrl,
  unknownId,
  upload,
} from "./support.js";

const leads = new Record.RecordOperations("Leads");

/** A Lead of the test's own, so that the suites can share one server. */
async function createLead(lastName) {
  const response = await leads.createRecords(lead(lastName));
  assert.equal(response.getStatusCode(), 201);
  return BigInt(assertSuccess(only(response), "record added").getDetails().get("id"));
}

async function deleteLead(id) {
  assertSuccess(only(await leads.deleteRecord(id)), "record deleted");
}

function assertSuccess(result, message, kind = Record.SuccessResponse) {
  assert.ok(result instanceof kind, `${result?.constructor.name}: ${text(result)}`);
  assert.deepEqual(
    [result.getCode().getValue(), result.getStatus().getValue(), text(result)],
    ["SUCCESS", "success", message],
  );
  return result;
}

function assertFault(response, status, code, phrase) {
  const fault = response.getObject();
  assert.ok(
    fault instanceof Record.APIException,
    `${fault?.constructor.name} with ${response.getStatusCode()}`,
  );
  assert.deepEqual(
    [response.getStatusCode(), fault.getCode().getValue(), fault.getStatus().getValue()],
    [status, code, "error"],
  );
  assert.ok(text(fault).toLowerCase().includes(phrase.toLowerCase()), text(fault));
}

/** The message: the SDK types it as a choice in some resources and as a string in others. */
function text(result) {
  const message = result?.getMessage?.();
  return message?.getValue?.() ?? message;
}

async function assertPhotoRoundTrip(id) {
  const picture = png();
  let response = await upload("Leads", id, picture);
  assert.equal(response.getStatusCode(), 200);
  assertSuccess(response.getObject(), "photo uploaded successfully");

  response = await leads.getPhoto(id);
  assert.equal(response.getStatusCode(), 200);
  const file = (await response.getObject()).getFile(); // Of a download, this SDK returns a promise.
  assert.ok(file.getName());
  // This SDK hands over a whole Buffer: nothing is left open.
  assert.deepEqual(file.getStream(), picture);

  response = await leads.deletePhoto(id);
  assert.equal(response.getStatusCode(), 200);
  assertSuccess(response.getObject(), "Photo deleted");

  response = await leads.getPhoto(id);
  assert.deepEqual([response.getStatusCode(), response.getObject()], [204, null]);
}

// First, for 2.0.0 cannot take a grant code once it has signed in anyone in the same process.
describe("signing in", () => {
  test("refusals of the token endpoint", async () => {
    const used = client().grantToken(env.grant.used);
    await assert.rejects(signIn(used), refusedWith("invalid_code"));
    const nobody = client("1000.NOBODY").refreshToken(env.refresh_token);
    await assert.rejects(signIn(nobody), refusedWith("invalid_client"));
  });

  test("grant code to photo to revocation", async () => {
    const token = await signIn(client().grantToken(env.grant.node));
    // The name "email:zgid" is there only if CurrentUser and org both answered well.
    assert.match(token.getUserSignature().getName(), /^[^:@]+@[^:]+:\d+$/);
    assert.equal(token.getAPIDomain(), env.api_domain);
    const id = await createLead("Round Trip");
    await assertPhotoRoundTrip(id);
    await deleteLead(id);

    const refreshToken = token.getRefreshToken();
    const renewed = await signIn(client().refreshToken(refreshToken));
    assert.notEqual(renewed.getAccessToken(), token.getAccessToken());

    // OAuthToken.revoke(id) of 2.0.0 throws before it sends anything, so call what it would call.
    // That one throws on every JSON object that it is answered: what counts is what it leaves.
    await assert.rejects(
      token.revokeRefreshToken(refreshToken, `${tokenUrl}/revoke`),
      /has is not a function/,
    );
    await assert.rejects(signIn(client().refreshToken(refreshToken)), refusedWith("invalid_code"));
  });

  test("a refresh token is enough", async () => {
    const token = await signIn(client().refreshToken(env.refresh_token));
    assert.ok(token.getAccessToken());
    assert.equal((await new Users.UsersOperations().getUsers()).getStatusCode(), 200);
  });

  function refusedWith(error) {
    return (thrown) => thrown instanceof SDKException && String(thrown.message).includes(error);
  }
});

describe("records", () => {
  before(() => signInAs("full"));

  test("create, get, update, list, delete", async () => {
    const id = await createLead("Created");
    assert.equal(only(await leads.getRecord(id)).getKeyValue("Last_Name"), "Created");
    assertSuccess(only(await leads.updateRecord(id, lead("Updated"))), "record updated");

    const listed = await leads.getRecords(
      await params([Record.GetRecordsParam.FIELDS, "Last_Name"]),
    );
    const names = new Map(
      listed
        .getObject()
        .getData()
        .map((r) => [r.getId(), r.getKeyValue("Last_Name")]),
    );
    assert.equal(names.get(id), "Updated");

    const found = await leads.searchRecords(
      await params([Record.SearchRecordsParam.CRITERIA, "(Last_Name:equals:updated)"]),
    );
    assert.deepEqual(
      found
        .getObject()
        .getData()
        .map((r) => r.getId()),
      [id],
    );

    await deleteLead(id);
    assertFault(await leads.deletePhoto(id), 400, "INVALID_DATA", "id given seems to be invalid");
  });

  test("a quote with line items", async () => {
    const create = async (module, values) => {
      const record = new Record.Record();
      for (const [field, value] of values) record.addFieldValue(field, value);
      const body = new Record.BodyWrapper();
      body.setData([record]);
      const made = only(await new Record.RecordOperations(module).createRecords(body));
      return BigInt(assertSuccess(made, "record added").getDetails().get("id"));
    };
    const product = new Record.LineItemProduct();
    product.setId(
      await create("Products", [
        [Record.Field.Products.PRODUCT_NAME, "Plane"],
        [Record.Field.Products.UNIT_PRICE, 80.5],
      ]),
    );
    const item = new Record.Record();
    item.addKeyValue("Product_Name", product);
    item.addKeyValue("Quantity", 2.0);
    item.addKeyValue("Discount", "10%");
    const id = await create("Quotes", [
      [Record.Field.Quotes.SUBJECT, "Tools"],
      [Record.Field.Quotes.QUOTED_ITEMS, [item]],
    ]);
    const quotes = new Record.RecordOperations("Quotes");
    const quote = only(await quotes.getRecord(id));
    assert.equal(quote.getKeyValue("Grand_Total"), 144.9);
    const [row] = quote.getKeyValue("Quoted_Items");
    assert.equal(row.getKeyValue("Product_Name").getName(), "Plane");
    assert.equal(row.getKeyValue("Net_Total"), 144.9);
    assertSuccess(only(await quotes.deleteRecord(id)), "record deleted");
  });

  test("lock and unlock", async () => {
    const id = await createLead("To Lock");
    const locking = new RecordLocking.RecordLockingOperations(id, "Leads");
    const reason = new RecordLocking.LockRecord();
    reason.setLockedReasonS("audit");
    const body = new RecordLocking.BodyWrapper();
    body.setData([reason]);

    const response = await locking.lockRecords(body);
    assert.equal(response.getStatusCode(), 201);
    assertSuccess(only(response), "record added", RecordLocking.SuccessResponse);
    assertFault(await upload("Leads", id, png()), 400, "RECORD_LOCKED", "record is locked");

    const fields = await params([
      RecordLocking.GetRecordLockingInformationsParam.FIELDS,
      "Locked_Reason__s",
    ]);
    const lock = only(await locking.getRecordLockingInformations(fields));
    const unlocked = only(await locking.unlockRecord(lock.getId()));
    assertSuccess(unlocked, "relation removed", RecordLocking.SuccessResponse);
    await assertPhotoRoundTrip(id);
    await deleteLead(id);
  });

  test("users, modules and fields", async () => {
    const users = (await new Users.UsersOperations().getUsers()).getObject().getUsers();
    assert.ok(users.length > 0 && users.every((user) => user.getId() && user.getEmail()));

    const modules = (await new Modules.ModulesOperations().getModules()).getObject().getModules();
    const names = modules.map((module) => module.getAPIName());
    for (const name of ["Leads", "Contacts", "Accounts", "Products", "Vendors", "Tasks"]) {
      assert.ok(names.includes(name), name);
    }

    const ofLeads = await params([Fields.GetFieldsParam.MODULE, "Leads"]);
    const fields = (await new Fields.FieldsOperations().getFields(ofLeads)).getObject().getFields();
    const types = new Map(fields.map((field) => [field.getAPIName(), field.getDataType()]));
    assert.equal(types.get("Last_Name"), "text");
    assert.equal(types.get("Record_Image"), "profileimage");
  });
});

const calls = {
  get: (module, id) => new Record.RecordOperations(module).getPhoto(id),
  post: (module, id) => upload(module, id, png()),
  postText: (module, id) => upload(module, id, "This is no picture.", "portrait.txt"),
  postTooBig: (module, id) => upload(module, id, png(photoBytesMax), "too-big.png"),
  delete: (module, id) => new Record.RecordOperations(module).deletePhoto(id),
};

// Not here, for the SDK cannot send it: INVALID_URL_PATTERN, INVALID_REQUEST_METHOD, and an upload
// to any module but Leads, Contacts, Accounts, Products and Vendors (2.0.0 looks for its copy of
// the metadata in the wrong folder).
const withPhoto = target("with_photo");
const without = target("without_photo");
const locked = target("locked");
const notAModule = ["Unicorns", unknownId];
const noPhotos = ["Tasks", unknownId];
const noRecord = ["Leads", unknownId];
const privateOne = target("private_of_other");
const badName = "module name given seems";
const noSupport = "not supported in API";
const badId = "id given seems to be invalid";
// access token, call, record, HTTP status, code, phrase of the message
const faults = [
  ["full", "get", notAModule, 400, "INVALID_MODULE", badName],
  ["full", "delete", notAModule, 400, "INVALID_MODULE", badName],
  ["full", "get", noPhotos, 400, "INVALID_MODULE", noSupport],
  ["full", "delete", noPhotos, 400, "INVALID_MODULE", noSupport],
  ["full", "get", noRecord, 400, "INVALID_DATA", badId],
  ["full", "post", noRecord, 400, "INVALID_DATA", badId],
  ["full", "delete", noRecord, 400, "INVALID_DATA", badId],
  ["full", "delete", without, 400, "INVALID_DATA", "No such photo"],
  ["full", "postText", without, 415, "INVALID_DATA", "invalid file type"],
  ["full", "postTooBig", without, 413, "FILE_SIZE_EXCEEDS", "maximum limit"],
  ["full", "post", locked, 400, "RECORD_LOCKED", "record is locked"],
  ["full", "delete", locked, 400, "RECORD_LOCKED", "record is locked"],
  ["stranger", "post", privateOne, 400, "AUTHORIZATION_FAILED", "sufficient privilege to upload"],
  ["stranger", "delete", privateOne, 400, "AUTHORIZATION_FAILED", "sufficient privilege to delete"],
  ["read_only_scope", "post", withPhoto, 401, "OAUTH_SCOPE_MISMATCH", ""],
  ["read_only_scope", "delete", withPhoto, 401, "OAUTH_SCOPE_MISMATCH", ""],
  ["no_delete_profile", "delete", withPhoto, 403, "NO_PERMISSION", "Permission denied to delete"],
  // The SDK holds no refresh token for these: it hands the refusal on and does not try to renew.
  ["expired", "delete", withPhoto, 401, "INVALID_TOKEN", "invalid oauth token"],
  ["unknown", "delete", withPhoto, 401, "INVALID_TOKEN", "invalid oauth token"],
];

describe("every fault is a typed exception", () => {
  for (const [caller, call, record, status, code, phrase] of faults) {
    test(`${caller}: ${call} on ${record.join("/")} -> ${status} ${code}`, async () => {
      await signInAs(caller);
      assertFault(await calls[call](...record), status, code, phrase);
    });
  }

  after(async () => {
    // The refusals changed nothing; and reading is within the scope that refused the rest.
    await signInAs("read_only_scope");
    for (const [record, status] of [
      [withPhoto, 200],
      [without, 204],
      [locked, 200],
    ]) {
      assert.equal((await calls.get(...record)).getStatusCode(), status);
    }
  });
});
