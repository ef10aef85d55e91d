"""The `kloudsync` command: the library's main jobs for people at a terminal."""
