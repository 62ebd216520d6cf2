"""`make bench`: figures of the main job, each beside a peer measured in the same run."""
