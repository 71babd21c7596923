"""How bright a colour is, and how much two differ, as WCAG computes it."""

import re


def channels(colour):
    """Red, green and blue in 0 … 1 of "#0072b2", of "rgb(0, 114, 178)", or of what a browser makes
    of a mixture, "color(srgb 0 0.45 0.7)".
    """
    if colour.startswith("#"):
        return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    numbers = [float(part) for part in re.findall(r"[\d.]+", colour)[:3]]
    return numbers if colour.startswith("color(srgb ") else [number / 255 for number in numbers]


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)
