"""Facts about kloudsync, one sentence each."""
