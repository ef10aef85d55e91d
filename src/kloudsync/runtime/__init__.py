"""How work runs in either colour: drive, clock and chance, threads, budgets, leases, walks of the feed."""
