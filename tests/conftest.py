import os

import pytest

from tests.builders import SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked `shared` run where the real feeds lie beside the project."""
    if SHARED.is_dir():
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason="../shared is not here"))


@pytest.fixture(scope="session")
def audit() -> bool:
    """True for the long forms (`make audit`)."""
    return bool(os.environ.get("SEJOUR_AUDIT"))
