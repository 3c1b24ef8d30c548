"""Plants as folders of files, each with its source and the converter that made it."""
