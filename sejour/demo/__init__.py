"""The demonstration: Pau, with facts of our own, served offline."""
