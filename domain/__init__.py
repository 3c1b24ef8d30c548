"""The nouns of a plant and its promises: frozen data that checks itself, no I/O, nothing of ours imported."""
