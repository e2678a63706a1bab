"""Is every altered certificate told, whatever byte was touched, and every key that nobody trusts?"""

import base64
import json
from random import Random

import pytest

from dyade.certificates import keys
from dyade.certificates.checking import check, revocations
from dyade.certificates.credential import credential, short
from dyade.certificates.credential import revocations as listed
from dyade.certificates.paper import SEAL, inside, paper, sealed, unsealed


@pytest.fixture(scope="module")
def made(worded, key):
    return paper(worded, key)


def verdict(found, trusted, revoked=None):
    said = check(found, trusted, revoked)
    return None if said is None else said.verdict


def judged(found, trusted, revoked=None):
    said = check(found, trusted, revoked)
    assert said is not None
    return said


def test_a_certificate_is_good_on_paper_as_a_credential_and_in_its_code(worded, key, trusted, made):
    for found in (made, credential(worded, key).encode(), f" {short(worded, key)}\n".encode()):
        said = judged(found, trusted, {})
        assert said.verdict == "good"
        assert said.facts["holder"] == "Maëlle Été-Thériault"


def test_no_byte_of_a_document_can_be_touched(made, trusted):
    drawn = Random(7)
    places = {4, 9, len(made) - 1, len(made) - 2, *(drawn.randrange(4, len(made)) for _ in range(150))}
    for place in places:
        touched = bytearray(made)
        touched[place] ^= 1 << drawn.randrange(8)
        assert verdict(bytes(touched), trusted) == "altered", place


def test_nothing_can_be_added_taken_away_or_exchanged(made, worded, key, stranger, trusted):
    whole, seal = unsealed(made)
    other = paper(worded._replace(number="S-2026-0008", id="urn:uuid:0"), key)
    for found in (
        made + b"more",
        made + b"\n",
        made[:-1],
        whole,
        whole + SEAL + b"nothing\n",
        whole + b" " + SEAL + seal.encode() + b"\n",
        unsealed(other)[0] + SEAL + seal.encode() + b"\n",
        sealed(whole, "S-2026-0008", key),
        sealed(whole, worded.number, stranger),
    ):
        assert verdict(found, trusted) == "altered"


def test_a_credential_whose_words_were_changed_is_altered(worded, key, trusted):
    head, body, signature = credential(worded, key).split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    said["credentialSubject"]["identifier"][0]["identityHash"] = "Someone Else"
    changed = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()

    assert verdict(f"{head}.{changed}.{signature}".encode(), trusted) == "altered"
    assert verdict(f"{head}.{body}.{signature[:-4]}AAAA".encode(), trusted) == "altered"
    assert verdict(f"{head}.{body}.".encode(), trusted) == "altered"


def test_a_signature_of_another_kind_is_none(worded, key, trusted):
    _, body, signature = credential(worded, key).split(".")
    for algorithm in ("none", "HS256", "ES256"):
        header = json.dumps({"alg": algorithm, "kid": keys.did(key)}).encode()
        head = base64.urlsafe_b64encode(header).rstrip(b"=").decode()
        assert verdict(f"{head}.{body}.{signature}".encode(), trusted) == "altered"
        assert verdict(f"{head}.{body}.".encode(), trusted) == "altered"


def test_whoever_signs_with_another_key_is_unknown(worded, stranger, trusted):
    for found in (paper(worded, stranger), credential(worded, stranger).encode()):
        assert verdict(found, trusted) == "unknown_key"
    assert verdict(credential(worded, stranger).encode(), {}) == "unknown_key"


def test_a_revoked_certificate_is_told_from_a_signed_list(worded, key, stranger, trusted, made):
    told = revocations(listed([(worded.id, "2026-04-02")], "2026-05-01", key), trusted)

    assert told is not None
    assert judged(made, trusted, told[0]).revoked_on == "2026-04-02"
    assert verdict(made, trusted, told[0]) == "revoked"
    assert revocations(listed([], "2026-05-01", stranger), trusted) is None
    assert revocations(credential(worded, key), trusted) is None
    assert revocations("nonsense", trusted) is None


@pytest.mark.parametrize("found", [b"", b"%PDF-1.7\n", b"hello", b"a.b.c", b"\xff\xfe\x00", b"." * 500_000, b"{}"])
def test_what_is_no_certificate_is_none(found, trusted):
    assert check(found, trusted, None) is None


def test_the_credential_inside_is_not_enough(made, trusted):
    """A page drawn by someone else around a good credential is not good."""
    good = (inside(made) or "").encode()
    forged = b"%PDF-1.7\n1 0 obj <</Type/EmbeddedFile>>\nstream\n" + good + b"\nendstream endobj\n%%EOF"

    assert verdict(forged, trusted) == "altered"
