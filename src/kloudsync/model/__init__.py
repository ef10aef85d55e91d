"""The unified vocabulary: frozen values that no provider owns."""
