"""Checks an emulator of Cloud Control with boto3, as its users would.

Usage: python3 cloudcontrol.py STORY, with the emulator's address in
EMULATOR_URL. How the emulator must have been started is told where the stories
are listed, in clients_test.go; cloudcontrol.js tells the same stories.
"""

import datetime
import json
import os
import pathlib
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

BUCKET = "AWS::S3::Bucket"
RESOURCES = json.loads(pathlib.Path(__file__).with_name("resources.json").read_text())


def connect(service="cloudcontrol", attempts=1):
    """Gives a client of the emulator that makes so many attempts at a call."""
    return boto3.client(
        service,
        endpoint_url=os.environ["EMULATOR_URL"],
        config=Config(retries={"mode": "standard", "total_max_attempts": attempts}),
    )


class Stories(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.api = connect()

    # What the stories are told with.

    def wait(self, event):
        """Waits for a request's success and gives its last event."""
        token = event["RequestToken"]
        self.api.get_waiter("resource_request_success").wait(RequestToken=token, WaiterConfig={"Delay": 1, "MaxAttempts": 10})
        answer = self.api.get_resource_request_status(RequestToken=token)
        self.assertEqual(answer["ProgressEvent"]["OperationStatus"], "SUCCESS")
        return answer["ProgressEvent"]

    def wait_in_vain(self, event, status="FAILED"):
        """Wants a request to fail, and gives the event that the waiter stopped at."""
        with self.assertRaises(WaiterError) as caught:
            self.wait(event)
        last = caught.exception.last_response["ProgressEvent"]
        self.assertEqual(last["OperationStatus"], status)
        self.assertEqual(last["RequestToken"], event["RequestToken"])
        return last

    def create(self, type_name, desired, **more):
        answer = self.api.create_resource(TypeName=type_name, DesiredState=json.dumps(desired), **more)
        return answer["ProgressEvent"]

    def delete(self, type_name, identifier):
        return self.api.delete_resource(TypeName=type_name, Identifier=identifier)["ProgressEvent"]

    def read(self, type_name, identifier):
        """Gives the identifier and the properties that a resource has."""
        answer = self.api.get_resource(TypeName=type_name, Identifier=identifier)
        self.assertEqual(answer["TypeName"], type_name)
        found = answer["ResourceDescription"]
        return found["Identifier"], json.loads(found["Properties"])

    def listed(self, type_name, **more):
        """Gives the identifiers on each page of a list."""
        pages = self.api.get_paginator("list_resources").paginate(TypeName=type_name, **more)
        return [[found["Identifier"] for found in page["ResourceDescriptions"]] for page in pages]

    def begun(self, event, operation, type_name):
        """Checks a request's first event."""
        self.assertEqual(
            (event["Operation"], event["OperationStatus"], event["TypeName"]), (operation, "IN_PROGRESS", type_name))
        self.assertIsInstance(event["EventTime"], datetime.datetime)
        self.assertRegex(event["RequestToken"], "^[0-9a-f]{8}-")
        self.assertNotIn("ErrorCode", event)
        self.assertNotIn("ResourceModel", event)

    # The stories.

    def life_cycle(self):
        for case in RESOURCES:
            for form in "string", "JSON":
                with self.subTest(type=case["type"], form=form):
                    self.live(case, form)

    def live(self, case, form):
        """Leads one resource from its creation to the second try to delete it."""
        type_name, desired, scope = case["type"], dict(case["desired"]), {}
        if parent := case.get("parent"):
            begun = self.create(parent["type"], parent["desired"])
            above = self.wait(begun)["Identifier"]
            desired[parent["as"]] = above
            scope = {"ResourceModel": json.dumps({parent["as"]: above})}

        begun = self.create(type_name, desired)
        self.begun(begun, "CREATE", type_name)
        given = all(name in desired for name in case["names"])
        self.assertEqual("Identifier" in begun, given)
        identifier = self.wait(begun)["Identifier"]

        _, properties = self.read(type_name, identifier)
        self.assertEqual(identifier, "|".join(properties[name] for name in case["names"]))
        self.assertEqual({name: properties[name] for name in desired}, desired)
        for name, pattern in case["readOnly"].items():
            self.assertRegex(properties[name], pattern)
        called = identifier
        if form == "JSON":  # its members have no order
            called = json.dumps({name: properties[name] for name in reversed(case["names"])})
        self.assertEqual(self.read(type_name, called), (identifier, properties))
        self.assertEqual(self.listed(type_name, **scope).count([identifier]), 1)

        begun = self.api.update_resource(
            TypeName=type_name, Identifier=called, PatchDocument=json.dumps(case["patch"]))["ProgressEvent"]
        self.begun(begun, "UPDATE", type_name)
        self.assertEqual(begun["Identifier"], identifier)
        self.assertEqual(self.wait(begun)["Identifier"], identifier)
        self.assertEqual(self.read(type_name, called), (identifier, {**properties, **case["patched"]}))

        if given:
            last = self.wait_in_vain(self.create(type_name, desired))
            self.assertEqual((last["ErrorCode"], last["Identifier"]), ("AlreadyExists", identifier))
            self.assertTrue(last["StatusMessage"])

        begun = self.delete(type_name, called)
        self.begun(begun, "DELETE", type_name)
        self.assertEqual(begun["Identifier"], identifier)
        self.assertNotIn("ResourceModel", self.wait(begun))
        with self.assertRaises(self.api.exceptions.ResourceNotFoundException):
            self.read(type_name, called)
        self.assertEqual(sum(self.listed(type_name, **scope), []), [])
        begun = self.delete(type_name, called)  # is accepted, and fails later
        self.begun(begun, "DELETE", type_name)
        last = self.wait_in_vain(begun)
        self.assertEqual((last["ErrorCode"], last["Identifier"]), ("NotFound", identifier))
        self.assertTrue(last["StatusMessage"])
        if parent:
            self.wait(self.delete(parent["type"], above))

    def pages(self):
        buckets = self.listed(BUCKET)
        self.assertEqual([len(page) for page in buckets], [3, 3, 1])
        self.assertEqual(sorted(sum(buckets, [])), [f"bucket-{i}" for i in range(1, 8)])
        # From a token, a list goes on where it was left.
        first = self.api.list_resources(TypeName=BUCKET)
        rest = self.listed(BUCKET, PaginationConfig={"StartingToken": first["NextToken"]})
        self.assertEqual(rest, buckets[1:])
        # A model says which parent's children are listed.
        [[pool]] = self.listed("AWS::Cognito::UserPool")
        clients = self.listed("AWS::Cognito::UserPoolClient", ResourceModel=json.dumps({"UserPoolId": pool}))
        self.assertEqual([len(page) for page in clients], [3, 1])
        self.assertEqual({client.split("|")[0] for client in sum(clients, [])}, {pool})

        for name in buckets[0]:
            self.wait(self.delete(BUCKET, name))
        self.wait(self.create(BUCKET, {"BucketName": "crate"}))
        self.wait_in_vain(self.create(BUCKET, {"BucketName": "crate"}))
        requests = self.api.get_paginator("list_resource_requests")
        pages = [page["ResourceRequestStatusSummaries"] for page in requests.paginate(PaginationConfig={"PageSize": 2})]
        self.assertEqual([len(page) for page in pages], [2, 2, 1])
        newest_first = ["crate", "crate", *reversed(buckets[0])]
        self.assertEqual([event["Identifier"] for event in sum(pages, [])], newest_first)
        chosen = requests.paginate(
            ResourceRequestStatusFilter={"Operations": ["CREATE", "UPDATE"], "OperationStatuses": ["FAILED"]})
        [event] = chosen.build_full_result()["ResourceRequestStatusSummaries"]
        self.assertEqual((event["Operation"], event["ErrorCode"]), ("CREATE", "AlreadyExists"))

    def errors(self):
        kinds, token = self.api.exceptions, "00000000-0000-4000-8000-000000000000"
        name = {"TypeName": BUCKET, "Identifier": "bucket-1"}
        for kind, operation, parameters in [
            (kinds.ResourceNotFoundException, self.api.get_resource, {**name, "Identifier": "nosuch"}),
            (kinds.ResourceNotFoundException, self.api.update_resource, {
                **name, "Identifier": "nosuch", "PatchDocument": "[]"}),
            (kinds.TypeNotFoundException, self.api.get_resource, {**name, "TypeName": "AWS::S3::Nosuch"}),
            (kinds.TypeNotFoundException, self.api.list_resources, {"TypeName": "AWS::S3::Nosuch"}),
            (kinds.UnsupportedActionException, self.api.list_resources, {"TypeName": "AWS::Cognito::UserPoolDomain"}),
            (kinds.InvalidRequestException, self.api.list_resources, {"TypeName": "AWS::Cognito::UserPoolClient"}),
            (kinds.NotUpdatableException, self.api.update_resource, {
                **name, "PatchDocument": '[{"op":"replace","path":"/BucketName","value":"other"}]'}),
            (kinds.RequestTokenNotFoundException, self.api.get_resource_request_status, {"RequestToken": token}),
            (kinds.RequestTokenNotFoundException, self.api.cancel_resource_request, {"RequestToken": token}),
        ]:
            with self.subTest(kind=kind.__name__, operation=operation.__name__):
                self.refused(kind, kind.__name__, operation, **parameters)
        # The service's model lacks this one, so that it has no class of its own.
        for state in '{"BucketName":7}', '{"Nosuch":"x"}', "[":
            with self.subTest(state=state):
                self.refused(ClientError, "ValidationException", self.api.create_resource, TypeName=BUCKET, DesiredState=state)

        begun = self.create(BUCKET, {"BucketName": "first"}, ClientToken="once")
        caught = self.refused(
            kinds.ClientTokenConflictException, "ClientTokenConflictException", self.api.create_resource,
            TypeName=BUCKET, DesiredState='{"BucketName":"second"}', ClientToken="once")
        self.assertIn(begun["RequestToken"], caught.response["Error"]["Message"])
        self.assertEqual(self.read(BUCKET, "first")[0], "first")
        self.refused(kinds.ResourceNotFoundException, "ResourceNotFoundException", self.read, BUCKET, "second")

    def refused(self, kind, code, operation, *arguments, **parameters):
        """Wants a call to raise an error of that class and code, with all that one asks for in a ticket."""
        with self.assertRaises(kind) as caught:
            operation(*arguments, **parameters)
        answer = caught.exception.response
        self.assertEqual(answer["Error"]["Code"], code)
        self.assertTrue(answer["Error"]["Message"])
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 400)
        self.assertTrue(answer["ResponseMetadata"]["RequestId"])
        return caught.exception

    def in_progress(self):
        kinds = self.api.exceptions
        begun = self.create(BUCKET, {"BucketName": "crate"})
        now = self.api.get_resource_request_status(RequestToken=begun["RequestToken"])["ProgressEvent"]
        self.assertEqual((now["OperationStatus"], now["Identifier"]), ("IN_PROGRESS", "crate"))
        self.assertGreaterEqual(now["RetryAfter"], now["EventTime"])
        self.refused(kinds.ResourceNotFoundException, "ResourceNotFoundException", self.read, BUCKET, "crate")
        for operation, parameters in [
            (self.api.create_resource, {"DesiredState": '{"BucketName":"crate"}'}),
            (self.api.delete_resource, {"Identifier": "crate"}),
            (self.api.delete_resource, {"Identifier": '{"BucketName":"crate"}'}),
        ]:
            caught = self.refused(
                kinds.ConcurrentOperationException, "ConcurrentOperationException", operation, TypeName=BUCKET, **parameters)
            self.assertIn(begun["RequestToken"], caught.response["Error"]["Message"])
        ended = self.api.cancel_resource_request(RequestToken=begun["RequestToken"])["ProgressEvent"]
        self.assertEqual((ended["Operation"], ended["OperationStatus"]), ("CREATE", "CANCEL_COMPLETE"))
        self.wait_in_vain(begun, "CANCEL_COMPLETE")
        # What was cancelled stands in nobody's way.
        self.begun(self.create(BUCKET, {"BucketName": "crate"}), "CREATE", BUCKET)

    def polls(self):
        begun = self.create(BUCKET, {"BucketName": "crate"})
        now = self.api.get_resource_request_status(RequestToken=begun["RequestToken"])["ProgressEvent"]
        self.assertEqual(now["OperationStatus"], "IN_PROGRESS")
        ended = self.wait(begun)
        self.assertEqual((ended["OperationStatus"], ended["Identifier"]), ("SUCCESS", "crate"))
        self.assertNotIn("RetryAfter", ended)
        self.assertEqual(self.read(BUCKET, "crate")[0], "crate")

    def throttled(self):
        self.assertEqual(self.listed(BUCKET), [["bucket-1"]])
        caught = self.refused(
            self.api.exceptions.ThrottlingException, "ThrottlingException", self.api.list_resources, TypeName=BUCKET)
        self.assertEqual(caught.response["Error"]["Message"], "Rate exceeded")
        connect("sts").get_caller_identity()  # is not bounded

    def repeats(self):
        self.api = connect(attempts=3)
        answer = self.api.get_resource(TypeName=BUCKET, Identifier="bucket-1")
        self.assertEqual(answer["ResourceDescription"]["Identifier"], "bucket-1")
        self.assertEqual(answer["ResponseMetadata"]["RetryAttempts"], 2)

    def identity(self):
        who = connect("sts").get_caller_identity()
        self.assertEqual(who["Account"], "123456789012")
        self.assertEqual(who["Arn"], "arn:aws:iam::123456789012:user/emulator")
        self.assertTrue(who["UserId"])

    def tags(self):
        tagging = connect("resourcegroupstaggingapi")
        pages = tagging.get_paginator("get_resources")
        for name in "crate", "barrel", "sack":
            self.wait(self.create(BUCKET, {"BucketName": name}))
        self.assertEqual(pages.paginate().build_full_result()["ResourceTagMappingList"], [])
        names = ["arn:aws:s3:::crate", "arn:aws:s3:::barrel", "arn:aws:s3:::nosuch"]
        failed = tagging.tag_resources(ResourceARNList=names, Tags={"colour": "blue"})["FailedResourcesMap"]
        self.assertEqual(list(failed), names[2:])
        self.assertEqual(failed[names[2]]["StatusCode"], 400)
        self.assertEqual(self.read(BUCKET, "crate")[1]["Tags"], [{"Key": "colour", "Value": "blue"}])
        found = [
            page["ResourceTagMappingList"]
            for page in pages.paginate(TagFilters=[{"Key": "colour", "Values": ["blue"]}], PaginationConfig={"PageSize": 1})
        ]
        want = [[{"ResourceARN": name, "Tags": [{"Key": "colour", "Value": "blue"}]}] for name in names[:2]]
        self.assertEqual([page for page in found if page], want)
        self.assertEqual(tagging.untag_resources(ResourceARNList=names[:1], TagKeys=["colour"])["FailedResourcesMap"], {})
        self.assertEqual(
            [each["ResourceARN"] for each in pages.paginate().build_full_result()["ResourceTagMappingList"]], names[1:2])
        with self.assertRaises(tagging.exceptions.InvalidParameterException):
            tagging.tag_resources(ResourceARNList=names[:1], Tags={"aws:x": "y"})


if __name__ == "__main__":
    import sys

    unittest.main(argv=[sys.argv[0], *(f"Stories.{story}" for story in sys.argv[1:])])
