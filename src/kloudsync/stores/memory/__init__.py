"""The store in memory: the specification of all stores, written to be read."""
