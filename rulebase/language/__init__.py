"""The rule language: words in Chinese and English over one set of facts, one tree behind both."""
