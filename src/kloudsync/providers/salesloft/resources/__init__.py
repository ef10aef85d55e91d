"""Salesloft's endpoints, one file per resource."""
