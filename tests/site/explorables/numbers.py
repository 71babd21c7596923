"""Numbers as the explorables write them."""

from decimal import ROUND_HALF_UP, Decimal

UP = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
DOWN = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def rounded(value, digits):
    """A number that is not 0 to so many significant digits. Halves are rounded away from 0, as
    JavaScript does; Python's own formatting rounds them to even.
    """
    exact = Decimal(value)
    return exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), ROUND_HALF_UP)


def shown(value, digits):
    """A number to so many significant digits, as the explorables write it."""
    if value <= 0:
        return f"−{shown(-value, digits)}" if value else "0"
    mantissa, exponent = f"{rounded(value, digits):.{digits - 1}e}".split("e")
    exponent = int(exponent)
    if -4 <= exponent <= 4:
        return f"{float(f'{mantissa}e{exponent}'):.{max(0, digits - 1 - exponent)}f}"
    return f"{mantissa}·10{str(exponent).translate(UP)}"


def fixed(value, digits):
    """A number to so many decimals, with a real minus sign."""
    place = Decimal(1).scaleb(-digits)
    return f"{Decimal(float(value)).quantize(place, ROUND_HALF_UP):.{digits}f}".replace("-", "−")


def signed(value, digits=3):
    """The same, with a plus sign where there is no minus."""
    return fixed(value, digits) if value < 0 else f"+{fixed(value, digits)}"
