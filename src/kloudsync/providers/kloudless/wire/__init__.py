"""Mirrors of Kloudless's JSON."""
