"""The pages: a handler is a story of four lines, everything it says is in a template or in words.py."""
