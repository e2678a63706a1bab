"""Are figures and health served, to whoever asks, however badly?"""

import json
import socket
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from dyade.watching.page import FIGURES, Health, Page


class Answers:
    """What the pages say, to be changed by a test."""

    def __init__(self) -> None:
        self.health = Health(True, {"outcome": "sound"})
        self.breaks = False

    def figures(self) -> bytes:
        if self.breaks:
            raise ZeroDivisionError("a secret")
        return b"dyade_store_up 1\n"


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def page(answers):
    with Page("127.0.0.1", 0, answers.figures, lambda: answers.health) as served:
        yield served


def get(page: Page, path: str) -> tuple[int, str, str]:
    try:
        with urlopen(f"{page.url}{path}", timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


def test_figures_are_served(page):
    assert get(page, "/metrics") == (200, FIGURES, "dyade_store_up 1\n")
    assert get(page, "/metrics?name[]=x")[0] == 200


def test_health_is_200_or_503(page, answers):
    assert get(page, "/health")[::2] == (200, '{"outcome": "sound"}')
    answers.health = Health(False, {"outcome": "trouble", "findings": ["é"]})

    status, _, body = get(page, "/health")
    assert (status, json.loads(body)["findings"]) == (503, ["é"])


@pytest.mark.parametrize("path", ["/", "/metrics/../../etc/passwd", "/Health", "/%6detrics"])
def test_there_is_nothing_else(page, path):
    assert get(page, path)[0] == 404


def test_a_page_that_cannot_be_made_is_told_without_its_reason(page, answers):
    answers.breaks = True

    status, _, body = get(page, "/metrics")
    assert (status, body) == (500, "{}")
    assert get(page, "/health")[0] == 200


@pytest.mark.parametrize(
    "sent", [b"", b"GET", b"\x16\x03\x01\x02\x00", b"POST /metrics HTTP/1.1\r\n\r\n", b"A" * 70_000]
)
def test_whoever_speaks_badly_holds_up_nobody(page, sent):
    host, port = page.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as other:
        other.sendall(sent)
        assert get(page, "/health")[0] == 200


def test_it_listens_on_the_address_of_ipv6_too(answers):
    if not socket.has_ipv6:
        return
    try:
        page = Page("::1", 0, answers.figures, lambda: answers.health)
    except OSError:
        return  # this machine has no such address
    with page:
        assert page.url.startswith("http://[::1]:")
        assert get(page, "/metrics")[0] == 200


def test_an_address_that_is_taken_is_refused(page, answers):
    port = int(page.url.rsplit(":", 1)[1])

    with pytest.raises(OSError, match="in use"):
        Page("127.0.0.1", port, answers.figures, lambda: answers.health)
