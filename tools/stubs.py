"""Generate the Python stubs of `proto/`, or with `--check` say which of them are out of date."""

import argparse
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent / "proto"
SUFFIXES = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")


def generate(out: Path) -> None:
    """Write the stubs of every `.proto` file below `out`, in the folders of their packages."""
    sources = sorted(str(path) for path in ROOT.rglob("*.proto"))
    if not sources:
        return
    arguments = [
        "protoc",
        f"--proto_path={ROOT}",
        f"--proto_path={files('grpc_tools') / '_proto'}",
        f"--plugin=protoc-gen-mypy_grpc={Path(sys.executable).parent / 'protoc-gen-mypy_grpc'}",
        f"--python_out={out}",
        f"--pyi_out={out}",
        f"--grpc_python_out={out}",
        f"--mypy_grpc_out=quiet:{out}",
        *sources,
    ]
    if protoc.main(arguments) != 0:
        sys.exit("protoc refused the schema; its lines above say why.")


def stubs_below(folder: Path) -> dict[str, bytes]:
    """Return the stubs below `folder` by path relative to it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*_pb2*.py*"))
        if path.name.endswith(SUFFIXES)
    }


def main() -> None:
    """Generate into `proto/`, or compare it with a fresh generation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only, and exit with 1 on a difference")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as scratch:
        generate(Path(scratch))
        fresh, kept = stubs_below(Path(scratch)), stubs_below(ROOT)
    stale = sorted(name for name in fresh.keys() | kept.keys() if fresh.get(name) != kept.get(name))
    if check and stale:
        sys.exit(f"out of date, run `make proto`: {', '.join(stale)}")
    if not check:
        for name in stale:
            if name in fresh:
                (ROOT / name).write_bytes(fresh[name])
            else:
                (ROOT / name).unlink()
            print(f"proto    {name}")


if __name__ == "__main__":
    main()
