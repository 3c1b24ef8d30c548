"""Use cases of the desk: quote, promise, cancel, import, and the ports they stand on."""
