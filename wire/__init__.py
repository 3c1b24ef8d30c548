"""The gRPC edge: converts, calls the desk, converts back."""
