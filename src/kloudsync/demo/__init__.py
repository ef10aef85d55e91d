"""The main job to look at: a fake calendar, its copy and the feed, side by side in a browser.

`kloudsync demo --web` starts it, and `kloudsync.demo.server.serve` does for a program of your own.
It needs the extra `demo`.
"""
