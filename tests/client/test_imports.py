"""What the command line imports, since every command waits for it."""

import subprocess
import sys

NOT_NEEDED = (
    "server",
    "promising",
    "scheduler",
    "store",
    "wire",
    "numpy",
    "numba",
    "alembic",
    "sqlalchemy",
    "matplotlib",
)


def test_a_command_waits_for_no_part_of_the_server():
    """Nor for what draws pictures, which only those who ask for one need."""
    program = "import sys; import client.cli, client.commands; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not set(NOT_NEEDED) & set(run.stdout.split())
