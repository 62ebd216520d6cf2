"""The staff's pages: the office's, the desk's, and how one signs in."""
