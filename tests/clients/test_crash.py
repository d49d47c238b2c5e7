"""A few kills of the server in the middle of a delivery; `./dev crash` makes as many as one likes."""
from crash import crash


def test_kills_are_survived(capsys):
    crash(kills=5, seed=20)
