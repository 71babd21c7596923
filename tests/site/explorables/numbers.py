"""Numbers as the explorables write them, by Python's decimal arithmetic.

Halves are rounded away from 0, as JavaScript does; Python's own formatting rounds them to even.
"""

import math
from decimal import ROUND_HALF_UP, Decimal

from chainrule_dev.superscripts import UP


def _not_finite(value):
    return "?" if math.isnan(value) else "∞" if value > 0 else "−∞"


def significant(value, digits=4):
    """To so many significant digits: 0.1966, 8.6·10⁻⁸, 12000."""
    if not math.isfinite(value):
        return _not_finite(value)
    if value <= 0:
        return f"−{significant(-value, digits)}" if value else "0"
    exact = Decimal(value)
    rounded_up = exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), ROUND_HALF_UP)
    exponent = rounded_up.adjusted()
    if -4 <= exponent <= 4:
        return f"{rounded_up:.{max(0, digits - 1 - exponent)}f}"
    return f"{rounded_up.scaleb(-exponent):.{digits - 1}f}·10{str(exponent).translate(UP)}"


def fixed(value, decimals):
    """To so many decimals, with a real minus sign, and no minus before a zero."""
    value = float(value)
    if not math.isfinite(value):
        return _not_finite(value)
    exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{exact if exact else abs(exact):.{decimals}f}".replace("-", "−")


def signed(value, decimals=3):
    """The same, always with a sign: of a zero, too, that a negative number was rounded to."""
    return ("−" if value < 0 else "+") + fixed(abs(value), decimals)


def trimmed(text):
    """Without the zeros at the end of its decimals."""
    number, dot, power = text.partition("·")
    return (number.rstrip("0").rstrip(".") if "." in number else number) + dot + power


def rounded(value, decimals=6):
    """To at most so many decimals."""
    return trimmed(fixed(value, decimals))
