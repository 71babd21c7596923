"""Calling a reader's function: whatever it does, `check` gets an answer or a sentence."""

import signal
import threading
from contextlib import contextmanager

from chainrule.exercises._language import translated as _


class Problem(str):
    """A sentence for the reader, in the place of an answer: why there is nothing to compare."""

    __slots__ = ()


class _TooLong(BaseException):
    """Not an Exception, so that a reader's own `except Exception` does not catch it."""


@contextmanager
def _at_most(seconds):
    """Interrupt what takes longer, where the platform can: on Unix, in the main thread."""
    can = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not can:
        yield
        return

    def interrupt(*_):
        raise _TooLong

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def call(answer, arguments, seconds):
    """What a reader's function returns; or a Problem, if it raises, returns nothing, or does not
    return within so many seconds.
    """
    try:
        with _at_most(seconds):
            got = answer(*arguments)
    except NotImplementedError:
        return Problem(_("Nothing is filled in so far."))
    except _TooLong:
        return Problem(
            _(
                "Your function did not return within {seconds} seconds: does a loop never end?",
                seconds=f"{seconds:g}",
            )
        )
    except RecursionError:
        return Problem(_("Your function calls itself without end (RecursionError)."))
    except (Exception, SystemExit) as error:
        name, said = type(error).__name__, _first_line(error)
        return Problem(_("Your code raised {name}: {said}", name=name, said=said))
    if got is None or got is ...:
        return Problem(
            _("Your function returned None: nothing is filled in so far, or a return is missing.")
        )
    return got


def _first_line(error):
    """The text of an exception, shortened to what a verdict can hold."""
    try:
        lines = str(error).splitlines() or [""]
    except Exception:  # an exception of the reader's own, whose text raises
        lines = [""]
    return lines[0][:200]
