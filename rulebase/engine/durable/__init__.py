"""The second engine: durable-rules in a worker process, in its safe form only."""
