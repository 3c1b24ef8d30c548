"""A plant as a folder of files: `plant.toml` with its own figures and a CSV file per noun.

`tables` says which columns each file has; `plants/README.md` says it to people.
"""

from promising.plant_files.difference import describe_change
from promising.plant_files.reader import read_plant
from promising.plant_files.writer import write_plant

__all__ = ["describe_change", "read_plant", "write_plant"]
