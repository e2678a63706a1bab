"""Is a message named as the standard names it?"""

from __future__ import annotations

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from dyade.service.notices import uuid


@given(st.binary(min_size=16, max_size=16), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_message_is_named_as_the_library_names_it(space, name):
    assert uuid(space, name) == str(uuid5(UUID(bytes=space), name))
