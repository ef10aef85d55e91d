"""Graph's JSON as classes: fields are the vendor's, in snake case."""
