"""Kloudless's endpoints, one file per resource of the vendor."""
