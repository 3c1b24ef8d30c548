"""An injection-moulding plant, November 2018 to January 2019, from the OptiMoldIQ project."""
