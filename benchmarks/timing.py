"""Time several functions fairly: in turn, in one process, with the same number of threads."""

import gc
import statistics
import time


def interleaved(subjects, rounds=21, at_least=0.003, clock=time.process_time):
    """Time functions in turn, round after round.

    The load of the machine, the processor's clock and its temperature change during a measurement.
    By taking turns all functions are affected alike. In each round a function is called as often as
    takes `at_least` seconds. The order rotates by one each round, so that a function does not
    always follow the same other.

    Parameters
    ----------
    subjects : dict
        {name: function without arguments}.
    rounds : int
    at_least : float
        Seconds.
    clock : function
        process_time does not count waiting for other programs, but adds up the time of several
        threads; use perf_counter for those.

    Returns
    -------
    dict
        {name: {"median", "low", "high", "least"}} in milliseconds per call; low and high are the
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
    """Median, quartiles and minimum of times in milliseconds, to four digits."""
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    numbers = {"median": median, "low": low, "high": high, "least": min(values)}
    return {name: float(f"{value:.4g}") for name, value in numbers.items()}


def _calls(function, at_least, clock):
    function()  # the first call is slower: it allocates memory and fills caches
    return max(1, round(at_least * 1000 / max(_time(function, 1, clock), 1e-6)))


def _time(function, calls, clock):
    start = clock()
    for _ in range(calls):
        function()
    return (clock() - start) / calls * 1000
