"""Does a credential say what an open badge says, signed as anybody's verifier expects, and nothing more?"""

import json
import warnings

from joserfc import jws

from dyade.certificates import keys
from dyade.certificates.credential import credential, facts, identity, short
from dyade.certificates.signed import opened


def verified(text, key):
    """Read it with a library alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = jws.deserialize_compact(text, key, algorithms=["EdDSA"])
    return found.protected, json.loads(found.payload)


def said(text, trusted):
    """What a signed text says of a certificate."""
    found = opened(text, trusted)
    assert found is not None
    return facts(found.payload) or {}


def test_a_credential_is_an_open_badge_that_a_library_verifies(worded, key):
    header, said = verified(credential(worded, key), key)

    assert (header["alg"], header["typ"]) == ("EdDSA", "vc+jwt")
    assert header["kid"].startswith(f"{keys.did(key)}#")
    assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert said["issuer"] == {"id": keys.did(key), "type": ["Profile"], "name": "École d'essai"}
    assert said["validFrom"] == "2026-03-01T00:00:00Z"
    subject = said["credentialSubject"]
    assert (subject["type"], subject["licenseNumber"]) == (["AchievementSubject"], "S-2026-0007")
    assert subject["identifier"][0]["identityHash"] == "Maëlle Été-Thériault"
    assert subject["achievement"].keys() == {"id", "type", "name", "description", "criteria"}


def test_the_short_form_says_the_same_and_fits_in_a_code(worded, key, trusted):
    whole, small = (said(text, trusted) for text in (credential(worded, key), short(worded, key)))

    assert whole == small
    assert small["holder"] == "Maëlle Été-Thériault"
    assert len(short(worded, key)) < 800


def test_who_gives_it_is_named_beside_who_issues_it_and_nobody_where_nobody_is(worded, key, trusted):
    named = worded._replace(given_by="Ana Essai")

    _, whole = verified(credential(named, key), key)

    assert whole["credentialSubject"]["source"]["name"] == "Ana Essai"
    assert whole["issuer"]["name"] == "École d'essai"
    assert {said(text, trusted)["given_by"] for text in (credential(named, key), short(named, key))} == {"Ana Essai"}
    assert "given_by" not in said(short(worded, key), trusted)
    assert "source" not in verified(credential(worded, key), key)[1]["credentialSubject"]


def test_the_id_of_a_certificate_tells_nothing_and_is_its_own():
    assert identity("a", "N-1") == identity("a", "N-1")
    assert len({identity("a", "N-1"), identity("b", "N-1"), identity("a", "N-2")}) == 3
    assert identity("a", "N-1").startswith("urn:uuid:")


def test_what_is_no_certificate_says_no_facts():
    assert facts({}) is None
    assert facts({"credentialSubject": {}}) is None
    assert facts({"credentialSubject": {"identifier": []}, "issuer": 3}) is None
    assert facts({"id": 1, "number": "2", "holder": "3", "title": "4", "issuer": "5", "on": "6"}) is None
