"""What the system would open is caught."""

from collections.abc import Iterator

import pytest

from tests.ui.opener import opener_of


@pytest.fixture
def opened() -> Iterator[list[str]]:
    with opener_of("file", written=lambda url: url.toLocalFile()) as opener:
        yield opener.opened
