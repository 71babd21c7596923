"""Numbers as superscripts and subscripts: str(-9).translate(UP) is "⁻⁹"."""

UP = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
FROM_UP = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
DOWN = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
