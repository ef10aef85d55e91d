"""What all tests have in common."""

from hypothesis import settings

# A busy machine is no fact about kloudsync.
settings.register_profile("kloudsync", deadline=None)
settings.load_profile("kloudsync")
