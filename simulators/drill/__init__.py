"""The peak-day drill: load, breakdowns, replans and kill -9 on a real server, judged by limits of a file."""
