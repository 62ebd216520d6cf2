import os

from hypothesis import settings

# As in tests/domain: the same examples on every machine, whatever its load; `make audit` looks for new ones.
settings.register_profile("test", derandomize=True, deadline=None, database=None)
settings.register_profile("audit", max_examples=2000, deadline=None)
settings.load_profile("audit" if os.environ.get("SEJOUR_AUDIT") else "test")
