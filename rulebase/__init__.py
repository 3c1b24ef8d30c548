"""The rule base: the rule language, its engines, the policies."""
