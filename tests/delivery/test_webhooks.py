"""Is the host told in a way that it can check, and is nobody else reached?"""

from __future__ import annotations

import json
import socket
from base64 import b64encode
from ipaddress import ip_network
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from dyade.delivery import places
from dyade.delivery.webhook import WebhookChannel, signed
from tests.delivery.conftest import SECOND, SECRET
from tests.delivery.servers import bare

KINDS = ("sqlite",)
"""What servers answer is the same to every store."""

OTHER = b"another secret of some thirty bytes"


def verified(secret: bytes, request) -> Any:
    """What the public library of Standard Webhooks makes of a request."""
    return Webhook(b64encode(secret).decode()).verify(request.body, request.headers)


@pytest.fixture
def present(world):
    """The library compares with the hour of the machine."""
    from datetime import UTC, datetime

    world.time = int(datetime.now(UTC).timestamp()) * SECOND


@pytest.mark.usefixtures("present")
def test_a_message_verifies_with_the_public_library(world, hook):
    message = world.signalled("Vu à midi")

    assert world.deliver().sent == 1

    [request] = hook.received
    told = verified(SECRET, request)
    assert (told["type"], told["program"], told["data"]) == ("signalled", "talks", {"note": "Vu à midi"})
    assert request.headers["webhook-id"] == message
    assert request.path == "/hooks?from=dyade"


@pytest.mark.usefixtures("present")
def test_another_secret_or_another_body_does_not_verify(world, hook):
    world.signalled()
    world.deliver()

    [request] = hook.received
    with pytest.raises(WebhookVerificationError):
        verified(OTHER, request)
    with pytest.raises(WebhookVerificationError):
        verified(SECRET, request._replace(body=request.body + b" "))


@pytest.mark.usefixtures("present")
def test_both_secrets_are_good_while_one_takes_the_place_of_the_other(world, hook):
    world.settings = world.settings._replace(webhooks=(world.settings.webhooks[0]._replace(secrets=(OTHER, SECRET)),))
    world.signalled()
    world.deliver()

    [request] = hook.received
    assert verified(SECRET, request) == verified(OTHER, request)


def test_every_attempt_has_the_same_id_and_body_and_its_own_time(world, hook):
    hook.answers = [(500, {})]
    world.signalled()
    world.deliver()
    world.time += 90 * SECOND
    assert world.deliver().sent == 1

    one, other = hook.received
    assert (one.headers["webhook-id"], one.body) == (other.headers["webhook-id"], other.body)
    assert int(other.headers["webhook-timestamp"]) - int(one.headers["webhook-timestamp"]) == 90
    assert one.headers["webhook-signature"] != other.headers["webhook-signature"]


def test_an_application_that_is_gone_is_told_nothing_more(world, hook):
    hook.answers = [(410, {})]
    first = world.signalled()

    assert [one.trouble for one in world.deliver().failed] == ["gone"]

    second = world.signalled()
    assert [one.trouble for one in world.deliver().failed] == ["stopped"]
    assert len(hook.received) == 1

    world.engine.resume_endpoint("webhook office")
    world.engine.send_again([first, second])
    assert world.deliver().sent == 2


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_nobody_is_followed_elsewhere(world, hook, code):
    with bare(lambda _: pytest.fail("it was followed")) as port:
        hook.answers = [(code, {"Location": f"http://127.0.0.1:{port}/"})]
        message = world.signalled()
        assert world.deliver().postponed == 1

    assert world.post(message).trouble == f"redirected {code}"
    assert len(hook.received) == 1


@pytest.mark.parametrize(("code", "endpoint"), [(400, False), (404, False), (429, True), (500, True), (503, True)])
def test_a_refusal_is_tried_again_and_counted_where_it_is_the_endpoints(world, hook, code, endpoint):
    hook.answers = [(code, {})]
    message = world.signalled()

    assert world.deliver().postponed == 1
    assert world.post(message).trouble == f"http {code}"
    assert sum(one.failures for one in world.engine.endpoints()) == (1 if endpoint else 0)


WALLED = [
    "127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", WALLED)
def test_an_address_behind_our_walls_is_not_open(address):
    assert not places.is_open(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_open(address):
    assert places.is_open(address)


def test_an_address_is_opened_by_the_operator_alone():
    assert places.is_open("10.1.2.3", (ip_network("10.1.0.0/16"),))
    assert not places.is_open("10.2.2.3", (ip_network("10.1.0.0/16"),))
    assert not places.is_open("::ffff:10.2.2.3", (ip_network("10.1.0.0/16"),))


def test_loopback_is_reached_only_where_the_settings_say_so(world, open_hook):
    world.hook(open_hook.url, allow=())
    message = world.signalled()

    assert world.deliver().postponed == 1
    assert world.post(message).trouble == "walled"
    assert open_hook.received == []


def test_a_name_that_leads_inside_is_refused_even_beside_a_public_address():
    """What is checked is what the name resolves to, all of it."""
    asked = []

    def ask(host, port):
        asked.append(host)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
        return [(*kind, ("93.184.216.34", port)), (*kind, ("127.0.0.1", port))]

    with pytest.raises(places.Walled):
        places.connect("hooks.example", 443, (), 1.0, ask)
    assert asked == ["hooks.example"]


def test_a_name_is_asked_for_once_so_that_it_cannot_change_after_the_check(world, open_hook):
    answers = iter([[(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", open_hook.port))]])
    world.hook(f"http://hooks.example:{open_hook.port}/")
    line = WebhookChannel(world.settings.webhooks[0], lambda *_: next(answers)).open()
    world.signalled()
    from dyade.service.letters import letter
    from dyade.service.parcels import Parcel

    message = world.posts()[-1].message
    parcel = Parcel(message.id, (message,), (letter(world.engine._desk, message),), "")

    assert line.send(parcel, world.time).trouble == ""
    assert open_hook.received.pop().headers["host"] == f"hooks.example:{open_hook.port}"


def test_words_for_a_person_can_go_to_the_host_which_knows_them_by_id(world, hook):
    world.settings = world.settings._replace(webhooks=(world.settings.webhooks[0]._replace(channels=("email",)),))
    world.told("Secret ?")

    assert world.deliver().sent == 1
    told = json.loads(hook.received[0].body)
    assert told["type"] == "dyade.notice"
    assert told["data"]["person"] == "bob"
    assert "bob@people.example" not in json.dumps(told)


@pytest.mark.usefixtures("hook")
def test_a_webhook_of_one_program_leaves_the_others_waiting(world):
    world.settings = world.settings._replace(webhooks=(world.settings.webhooks[0]._replace(programs=("other",)),))
    message = world.signalled()

    assert world.deliver() == (0, 0, 1, ())
    assert (world.post(message).trouble, world.post(message).attempts) == ("no_way", 0)


def test_signatures_are_those_of_the_public_library():
    from datetime import UTC, datetime

    at = 1_788_000_000
    found = signed((SECRET,), "msg_1", b'{"a":1}', at * SECOND)
    theirs = Webhook(b64encode(SECRET).decode()).sign("msg_1", datetime.fromtimestamp(at, UTC), '{"a":1}')

    assert found["webhook-signature"] == theirs
