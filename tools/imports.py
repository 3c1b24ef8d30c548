"""Hold the contracts of `.importlinter` for the packages that have come so far.

import-linter refuses a package that does not exist, and folders come with their content.
"""

import sys
import tempfile
from configparser import ConfigParser
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent


def present(packages: str) -> list[str]:
    """Return those of `packages`, one a line, that have a folder."""
    return [name for name in packages.split() if (ROOT / name).is_dir() or (ROOT / "proto" / name).is_dir()]


def write_config(target: Path) -> None:
    """Write `.importlinter` without the absent packages and the contracts about them only."""
    config = ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    for section in config.sections():
        for key in ("root_packages", "source_modules"):
            if key not in config[section]:
                continue
            kept = present(config[section][key])
            if kept:
                config[section][key] = "\n" + "\n".join(kept)
            else:
                config.remove_section(section)
                break
    with target.open("w", encoding="utf-8") as file:
        config.write(file)


def main() -> int:
    """Return the status of lint-imports."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "importlinter.ini")
        write_config(path)
        return lint_imports(config_filename=str(path), cache_dir=None)


if __name__ == "__main__":
    sys.exit(main())
