"""Salesloft's JSON, object by object.

Next to nothing is documented as certain to be there, so that fields default to
`UNSET`; what has no name here is kept in `extra`.
"""
