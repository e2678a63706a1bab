"""Is the key that signs kept from others, and does what is handed out of it hold nothing secret?"""

import json

import pytest

from dyade.certificates import keys
from dyade.errors import KeyTrouble


def reason(call):
    with pytest.raises(KeyTrouble) as trouble:
        call()
    return trouble.value.reason


def test_a_new_key_is_for_its_owner_alone_and_reads_back(file):
    made = keys.new(file)

    assert file.stat().st_mode & 0o777 == 0o600
    assert keys.did(keys.private(file)) == keys.did(made)


def test_no_file_is_written_over(file):
    file.write_text("precious", encoding="utf-8")

    assert reason(lambda: keys.new(file)) == "exists"
    assert file.read_text(encoding="utf-8") == "precious"


def test_what_is_handed_out_holds_nothing_secret(file):
    made = keys.new(file)
    said = json.dumps(keys.handed_out([made]))

    assert json.loads(file.read_text(encoding="utf-8"))["d"] not in said
    assert json.loads(said)["keys"][0].keys() == {"kty", "crv", "x", "kid"}


def test_a_name_says_its_key(key):
    named = keys.named(keys.did(key))

    assert named is not None
    assert named.as_dict(private=False)["x"] == key.as_dict(private=False)["x"]


@pytest.mark.parametrize("name", ["", "did:key:z", "did:key:zOOO", "did:web:example.org", "did:key:z" + "1" * 5000])
def test_what_is_no_name_of_a_key_names_none(name):
    assert keys.named(name) is None


def test_keys_are_trusted_alone_or_several_in_a_file(file, key, stranger):
    file.write_text(json.dumps(keys.handed_out([key, stranger])), encoding="utf-8")
    assert set(keys.trusted(file)) == {keys.did(key), keys.did(stranger)}

    file.write_text(json.dumps(key.as_dict(private=False)), encoding="utf-8")
    assert set(keys.trusted(file)) == {keys.did(key)}


def test_a_key_that_cannot_sign_for_its_owner_alone_is_refused(file, key):
    assert reason(lambda: keys.private(file)) == "unreadable"
    keys.new(file)
    file.chmod(0o644)
    assert reason(lambda: keys.private(file)) == "open"
    file.chmod(0o600)
    file.write_text(json.dumps(key.as_dict(private=False)), encoding="utf-8")
    assert reason(lambda: keys.private(file)) == "public"
    for nothing in ("", "[]", "{", '{"crv": "P-256"}', '{"crv": "Ed25519", "x": "!"}', '{"keys": [3]}'):
        file.write_text(nothing, encoding="utf-8")
        assert reason(lambda: keys.trusted(file)) == "no_key"
