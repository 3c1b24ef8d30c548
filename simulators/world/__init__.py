"""The whole desk in a simulated world: seeded faults, checks after every step, and lives that can be lived again."""
