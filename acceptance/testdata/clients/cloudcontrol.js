// Checks an emulator of Cloud Control with the AWS SDK for JavaScript, as its
// users would.
//
// Usage: node cloudcontrol.js STORY, with the emulator's address in EMULATOR_URL
// and the folder that has the packages in NODE_PATH. How the emulator must have
// been started is told where the stories are listed, in clients_test.go;
// cloudcontrol.py tells the same stories.
"use strict";

const assert = require("node:assert/strict");
const sdk = require("@aws-sdk/client-cloudcontrol");
const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
const resources = require("./resources.json");

const BUCKET = "AWS::S3::Bucket";
const where = { endpoint: process.env.EMULATOR_URL, region: "us-east-1" };

/** A client of the emulator that makes so many attempts at a call. */
const connect = (maxAttempts) => new sdk.CloudControlClient({ ...where, maxAttempts });
let api = connect(1);

/** Sends the command of an operation, which is named without "Command". */
const call = (operation, input) => api.send(new sdk[operation + "Command"](input));

async function statusOf(event) {
  return (await call("GetResourceRequestStatus", { RequestToken: event.RequestToken })).ProgressEvent;
}

/** Waits for a request's success and gives its last event. */
async function wait(event) {
  const patience = { client: api, maxWaitTime: 10, minDelay: 1, maxDelay: 1 };
  const waited = await sdk.waitUntilResourceRequestSuccess(patience, { RequestToken: event.RequestToken });
  assert.equal(waited.state, "SUCCESS");
  const last = await statusOf(event);
  assert.equal(last.OperationStatus, "SUCCESS");
  return last;
}

/** Wants a request to fail, and gives the event that the waiter stopped at. */
async function waitInVain(event, status = "FAILED") {
  let last;
  await assert.rejects(
    sdk.waitUntilResourceRequestSuccess({ client: api, maxWaitTime: 10 }, { RequestToken: event.RequestToken }),
    (failure) => {
      const told = JSON.parse(failure.message);
      assert.equal(told.state, "FAILURE");
      last = told.reason.ProgressEvent;
      return true;
    },
  );
  assert.equal(last.OperationStatus, status);
  assert.equal(last.RequestToken, event.RequestToken);
  return last;
}

async function create(TypeName, desired, more = {}) {
  return (await call("CreateResource", { TypeName, DesiredState: JSON.stringify(desired), ...more })).ProgressEvent;
}

async function remove(TypeName, Identifier) {
  return (await call("DeleteResource", { TypeName, Identifier })).ProgressEvent;
}

/** Gives the identifier and the properties that a resource has. */
async function read(type, name) {
  const { TypeName, ResourceDescription } = await call("GetResource", { TypeName: type, Identifier: name });
  assert.equal(TypeName, type);
  return { identifier: ResourceDescription.Identifier, properties: JSON.parse(ResourceDescription.Properties) };
}

/** Gives the identifiers on each page of a list. */
async function listed(TypeName, more = {}, options = {}) {
  const pages = [];
  for await (const page of sdk.paginateListResources({ client: api, ...options }, { TypeName, ...more })) {
    pages.push(page.ResourceDescriptions.map((found) => found.Identifier));
  }
  return pages;
}

async function requests(input = {}, options = {}) {
  const pages = [];
  for await (const page of sdk.paginateListResourceRequests({ client: api, ...options }, input)) {
    pages.push(page.ResourceRequestStatusSummaries);
  }
  return pages;
}

/** Checks a request's first event. */
function begun(event, operation, typeName) {
  assert.deepEqual([event.Operation, event.OperationStatus, event.TypeName], [operation, "IN_PROGRESS", typeName]);
  assert.ok(event.EventTime instanceof Date && !Number.isNaN(event.EventTime.getTime()));
  assert.match(event.RequestToken, /^[0-9a-f]{8}-/);
  assert.equal(event.ErrorCode, undefined);
  assert.equal(event.ResourceModel, undefined);
}

/** Wants a call to fail with an error of that name, with all that one asks for in a ticket. */
async function refused(name, operation, input, kind = sdk[name]) {
  let caught;
  await assert.rejects(call(operation, input), (error) => {
    caught = error;
    return true;
  });
  assert.equal(caught.name, name, `${operation}: ${caught.stack}`);
  assert.ok(caught instanceof kind, `${name} is not an instance of ${kind.name}`);
  assert.equal(caught.$fault, "client");
  assert.equal(caught.$metadata.httpStatusCode, 400);
  assert.ok(caught.$metadata.requestId);
  assert.ok(caught.message);
  return caught;
}

/** Leads one resource from its creation to the second try to delete it. */
async function live(subject, form) {
  const type = subject.type;
  const desired = { ...subject.desired };
  const parent = subject.parent;
  const scope = {};
  let above;
  if (parent) {
    above = (await wait(await create(parent.type, parent.desired))).Identifier;
    desired[parent.as] = above;
    scope.ResourceModel = JSON.stringify({ [parent.as]: above });
  }

  let event = await create(type, desired);
  begun(event, "CREATE", type);
  const given = subject.names.every((name) => name in desired);
  assert.equal(event.Identifier !== undefined, given);
  const identifier = (await wait(event)).Identifier;

  const { properties } = await read(type, identifier);
  assert.equal(identifier, subject.names.map((name) => properties[name]).join("|"));
  for (const [name, value] of Object.entries(desired)) {
    assert.deepEqual(properties[name], value);
  }
  for (const [name, pattern] of Object.entries(subject.readOnly)) {
    assert.match(properties[name], new RegExp(pattern));
  }
  let called = identifier;
  if (form === "JSON") { // its members have no order
    called = JSON.stringify(Object.fromEntries([...subject.names].reverse().map((name) => [name, properties[name]])));
  }
  assert.deepEqual(await read(type, called), { identifier, properties });
  assert.deepEqual(await listed(type, scope), [[identifier]]);

  const patch = { TypeName: type, Identifier: called, PatchDocument: JSON.stringify(subject.patch) };
  event = (await call("UpdateResource", patch)).ProgressEvent;
  begun(event, "UPDATE", type);
  assert.equal(event.Identifier, identifier);
  assert.equal((await wait(event)).Identifier, identifier);
  assert.deepEqual(await read(type, called), { identifier, properties: { ...properties, ...subject.patched } });

  if (given) {
    const last = await waitInVain(await create(type, desired));
    assert.deepEqual([last.ErrorCode, last.Identifier], ["AlreadyExists", identifier]);
    assert.ok(last.StatusMessage);
  }

  event = await remove(type, called);
  begun(event, "DELETE", type);
  assert.equal(event.Identifier, identifier);
  assert.equal((await wait(event)).ResourceModel, undefined);
  await refused("ResourceNotFoundException", "GetResource", { TypeName: type, Identifier: called });
  assert.deepEqual((await listed(type, scope)).flat(), []);
  event = await remove(type, called); // is accepted, and fails later
  begun(event, "DELETE", type);
  const last = await waitInVain(event);
  assert.deepEqual([last.ErrorCode, last.Identifier], ["NotFound", identifier]);
  assert.ok(last.StatusMessage);
  if (parent) {
    await wait(await remove(parent.type, above));
  }
}

const stories = {
  async life_cycle() {
    for (const subject of resources) {
      for (const form of ["string", "JSON"]) {
        await live(subject, form).catch((error) => {
          throw new Error(`${subject.type}, named by ${form}`, { cause: error });
        });
      }
    }
  },

  async pages() {
    const buckets = await listed(BUCKET);
    assert.deepEqual(buckets.map((page) => page.length), [3, 3, 1]);
    assert.deepEqual(buckets.flat().sort(), [1, 2, 3, 4, 5, 6, 7].map((i) => `bucket-${i}`));
    // From a token, a list goes on where it was left.
    const first = await call("ListResources", { TypeName: BUCKET });
    assert.deepEqual(await listed(BUCKET, {}, { startingToken: first.NextToken }), buckets.slice(1));
    // A model says which parent's children are listed.
    const [[pool]] = await listed("AWS::Cognito::UserPool");
    const clients = await listed("AWS::Cognito::UserPoolClient", { ResourceModel: JSON.stringify({ UserPoolId: pool }) });
    assert.deepEqual(clients.map((page) => page.length), [3, 1]);
    assert.ok(clients.flat().every((client) => client.startsWith(pool + "|")));

    for (const name of buckets[0]) {
      await wait(await remove(BUCKET, name));
    }
    await wait(await create(BUCKET, { BucketName: "crate" }));
    await waitInVain(await create(BUCKET, { BucketName: "crate" }));
    const pages = await requests({}, { pageSize: 2 });
    assert.deepEqual(pages.map((page) => page.length), [2, 2, 1]);
    const newestFirst = ["crate", "crate", ...buckets[0].reverse()];
    assert.deepEqual(pages.flat().map((event) => event.Identifier), newestFirst);
    const filter = { Operations: ["CREATE", "UPDATE"], OperationStatuses: ["FAILED"] };
    const chosen = (await requests({ ResourceRequestStatusFilter: filter })).flat();
    assert.deepEqual(chosen.map((event) => [event.Operation, event.ErrorCode]), [["CREATE", "AlreadyExists"]]);
  },

  async errors() {
    const token = { RequestToken: "00000000-0000-4000-8000-000000000000" };
    const bucket = { TypeName: BUCKET, Identifier: "bucket-1" };
    const rename = '[{"op":"replace","path":"/BucketName","value":"other"}]';
    for (const [name, operation, input] of [
      ["ResourceNotFoundException", "GetResource", { ...bucket, Identifier: "nosuch" }],
      ["ResourceNotFoundException", "UpdateResource", { ...bucket, Identifier: "nosuch", PatchDocument: "[]" }],
      ["TypeNotFoundException", "GetResource", { ...bucket, TypeName: "AWS::S3::Nosuch" }],
      ["TypeNotFoundException", "ListResources", { TypeName: "AWS::S3::Nosuch" }],
      ["UnsupportedActionException", "ListResources", { TypeName: "AWS::Cognito::UserPoolDomain" }],
      ["InvalidRequestException", "ListResources", { TypeName: "AWS::Cognito::UserPoolClient" }],
      ["NotUpdatableException", "UpdateResource", { ...bucket, PatchDocument: rename }],
      ["RequestTokenNotFoundException", "GetResourceRequestStatus", token],
      ["RequestTokenNotFoundException", "CancelResourceRequest", token],
    ]) {
      await refused(name, operation, input);
    }
    // The service's model lacks this one, so that it has no class of its own.
    for (const DesiredState of ['{"BucketName":7}', '{"Nosuch":"x"}', "["]) {
      await refused(
        "ValidationException", "CreateResource", { TypeName: BUCKET, DesiredState }, sdk.CloudControlServiceException);
    }

    const event = await create(BUCKET, { BucketName: "first" }, { ClientToken: "once" });
    const again = { TypeName: BUCKET, DesiredState: '{"BucketName":"second"}', ClientToken: "once" };
    const conflict = await refused("ClientTokenConflictException", "CreateResource", again);
    assert.ok(conflict.message.includes(event.RequestToken), conflict.message);
    assert.equal((await read(BUCKET, "first")).identifier, "first");
    await refused("ResourceNotFoundException", "GetResource", { TypeName: BUCKET, Identifier: "second" });
  },

  async in_progress() {
    const event = await create(BUCKET, { BucketName: "crate" });
    const now = await statusOf(event);
    assert.deepEqual([now.OperationStatus, now.Identifier], ["IN_PROGRESS", "crate"]);
    assert.ok(now.RetryAfter >= now.EventTime, `${now.RetryAfter} is before ${now.EventTime}`);
    await refused("ResourceNotFoundException", "GetResource", { TypeName: BUCKET, Identifier: "crate" });
    for (const [operation, input] of [
      ["CreateResource", { DesiredState: '{"BucketName":"crate"}' }],
      ["DeleteResource", { Identifier: "crate" }],
      ["DeleteResource", { Identifier: '{"BucketName":"crate"}' }],
    ]) {
      const caught = await refused("ConcurrentOperationException", operation, { TypeName: BUCKET, ...input });
      assert.ok(caught.message.includes(event.RequestToken), caught.message);
    }
    const ended = (await call("CancelResourceRequest", { RequestToken: event.RequestToken })).ProgressEvent;
    assert.deepEqual([ended.Operation, ended.OperationStatus], ["CREATE", "CANCEL_COMPLETE"]);
    await waitInVain(event, "CANCEL_COMPLETE");
    // What was cancelled stands in nobody's way.
    begun(await create(BUCKET, { BucketName: "crate" }), "CREATE", BUCKET);
  },

  async polls() {
    const event = await create(BUCKET, { BucketName: "crate" });
    assert.equal((await statusOf(event)).OperationStatus, "IN_PROGRESS");
    const ended = await wait(event);
    assert.equal(ended.Identifier, "crate");
    assert.equal(ended.RetryAfter, undefined);
    assert.equal((await read(BUCKET, "crate")).identifier, "crate");
  },

  async throttled() {
    assert.deepEqual(await listed(BUCKET), [["bucket-1"]]);
    const caught = await refused("ThrottlingException", "ListResources", { TypeName: BUCKET });
    assert.equal(caught.message, "Rate exceeded");
    await new STSClient(where).send(new GetCallerIdentityCommand({})); // is not bounded
  },

  async repeats() {
    api = connect(3);
    const answer = await call("GetResource", { TypeName: BUCKET, Identifier: "bucket-1" });
    assert.equal(answer.ResourceDescription.Identifier, "bucket-1");
    assert.equal(answer.$metadata.attempts, 3);
  },

  async identity() {
    const who = await new STSClient(where).send(new GetCallerIdentityCommand({}));
    assert.equal(who.Account, "123456789012");
    assert.equal(who.Arn, "arn:aws:iam::123456789012:user/emulator");
    assert.ok(who.UserId);
  },
};

const name = process.argv[2];
if (!Object.hasOwn(stories, name)) {
  throw new Error(`there is no story ${name}`);
}
stories[name]().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
