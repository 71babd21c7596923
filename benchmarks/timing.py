"""Timing several things fairly: in turn, in one process, on the same number of threads."""

import gc
import statistics
import time


def interleaved(subjects, rounds=21, at_least=0.003, clock=time.process_time):
    """Time the functions of a dict {name: function}, in turn, round after round.

    Other programs, the clock of the processor and its temperature change while one measures. In
    turn, every subject sees them all. A subject runs as often in a round as takes `at_least`
    seconds. The order moves by one every round, so that nobody always comes after the same other.
    The clock counts the seconds in which the processor worked for us, so that waiting for other
    programs does not count; on several threads these would be added up, so take perf_counter there.

    Returns {name: {"median", "low", "high", "least"}} in milliseconds a call; low and high are the
    quartiles.
    """
    calls = {name: _calls(function, at_least, clock) for name, function in subjects.items()}
    names, times = list(subjects), {name: [] for name in subjects}
    gc.disable()
    try:
        for turn in range(rounds):
            start = turn % len(names)
            for name in names[start:] + names[:start]:
                times[name].append(_time(subjects[name], calls[name], clock))
    finally:
        gc.enable()
    return {name: summary(values) for name, values in times.items()}


def summary(values):
    """Median, quartiles and least of times in milliseconds, to four digits."""
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    numbers = {"median": median, "low": low, "high": high, "least": min(values)}
    return {name: float(f"{value:.4g}") for name, value in numbers.items()}


def _calls(function, at_least, clock):
    function()  # the first call pays for memory and caches
    return max(1, round(at_least * 1000 / max(_time(function, 1, clock), 1e-6)))


def _time(function, calls, clock):
    start = clock()
    for _ in range(calls):
        function()
    return (clock() - start) / calls * 1000
