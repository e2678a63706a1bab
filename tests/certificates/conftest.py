"""A key, and what a certificate says."""

from pathlib import Path

import pytest

from dyade.certificates import keys
from dyade.certificates.credential import Worded, identity, kind


@pytest.fixture(scope="session")
def key(tmp_path_factory):
    return keys.new(tmp_path_factory.mktemp("keys") / "key.jwk")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory):
    return keys.new(tmp_path_factory.mktemp("keys") / "stranger.jwk")


@pytest.fixture(scope="session")
def trusted(key):
    return {keys.did(key): key}


@pytest.fixture(scope="session")
def worded():
    return Worded(
        id=identity("school", "S-2026-0007"),
        kind=kind("school", "training"),
        number="S-2026-0007",
        holder="Maëlle Été-Thériault",
        title="Certificat de formation",
        text="au terme d'un apprentissage.",
        issuer="École d'essai",
        issued_on="2026-03-01",
        replaces="",
        lang="fr",
    )


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "key.jwk"
