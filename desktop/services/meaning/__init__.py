"""Search by meaning: texts become vectors in the background, questions find the nearest ones."""
