"""Better sequences for whole order books: dispatch rules, local search, bounds."""
