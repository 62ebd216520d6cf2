"""Feeds: from the bytes of a source to Offers and Problems. Formats never import each other."""
