"""Quantities as the package siunitx writes them: numbers, and units by the names of their parts."""

from collections.abc import Iterable

_PREFIXES = {
    "femto": "f", "pico": "p", "nano": "n", "micro": "\u00b5", "milli": "m", "centi": "c", "deci": "d", "deca": "da",
    "hecto": "h", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "exa": "E", "kibi": "Ki",
    "mebi": "Mi", "gibi": "Gi",
}  # fmt: skip
_UNITS = {
    "metre": "m", "meter": "m", "second": "s", "gram": "g", "kilogram": "kg", "ampere": "A", "kelvin": "K",
    "mole": "mol", "candela": "cd", "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W",
    "coulomb": "C", "volt": "V", "farad": "F", "ohm": "\u03a9", "siemens": "S", "weber": "Wb", "tesla": "T",
    "henry": "H", "lumen": "lm", "lux": "lx", "becquerel": "Bq", "gray": "Gy", "sievert": "Sv", "radian": "rad",
    "steradian": "sr", "minute": "min", "hour": "h", "day": "d", "litre": "L", "liter": "L", "tonne": "t",
    "electronvolt": "eV", "dalton": "Da", "bar": "bar", "bit": "bit", "byte": "B", "percent": "%",
    "degree": "\u00b0", "degreeCelsius": "\u00b0C", "celsius": "\u00b0C", "angstrom": "\u00c5", "decibel": "dB",
    "arcminute": "\u2032", "arcsecond": "\u2033", "astronomicalunit": "au", "hectare": "ha",
}  # fmt: skip
_ALONE = frozenset({
    "percent", "degree", "degreeCelsius", "celsius", "ohm", "angstrom", "eV", "meV", "keV", "MeV", "GeV", "TeV", "PeV",
    "mm", "cm", "km", "nm", "mg", "kg", "ms", "ns", "ps", "Hz", "kHz", "MHz", "GHz", "mV", "kV", "mA", "kPa", "MPa",
    "GPa", "kW", "MW", "GW", "mrad", "pb", "fb", "mol", "dB",
})  # fmt: skip
_PRODUCTS = str.maketrans(".~", "\u00b7\u00b7")
_POWERS = {"squared": "\u00b2", "cubed": "\u00b3"}
_POWERS_OF_NEXT = {"square": "\u00b2", "cubic": "\u00b3"}


def unit_text(parts: Iterable[str]) -> str:
    r"""Return a unit as it is read; what is no name of siunitx's stays as it stands.

    Args:
        parts: Tokens of the unit.

    >>> unit_text(["\\kilo", "\\gram", "\\metre", "\\per", "\\second", "\\squared"]), unit_text(["km/h"])
    ('kg m/s²', 'km/h')
    """
    shown = power = ""
    joined = True  # nothing parts what comes next from what stands before
    for part in parts:
        name = part.removeprefix("\\")
        if part == name:
            shown += "" if part.isspace() or part in "{}" else part.translate(_PRODUCTS)
            joined = True
        elif name == "per":
            shown += "/" if shown else "1/"
            joined = True
        elif name in _PREFIXES:
            shown += ("" if joined else " ") + _PREFIXES[name]
            joined = True
        elif name in _POWERS:
            shown += _POWERS[name]
        elif name in _POWERS_OF_NEXT:
            power = _POWERS_OF_NEXT[name]
        elif name.isalpha():
            shown += ("" if joined else " ") + _UNITS.get(name, name) + power
            joined, power = False, ""
    return shown


def unit_alone(name: str) -> str | None:
    r"""Return what a unit's name shows in running text, where packages define it as a command; None for other names.

    >>> unit_alone("GeV"), unit_alone("percent"), unit_alone("section")
    ('GeV', '%', None)
    """
    return _UNITS.get(name, name) if name in _ALONE else None


def quantity_text(number: str, unit: str) -> str:
    """Return a number with its unit; marks of degrees and minutes stand right behind it.

    >>> quantity_text("3.5", "km"), quantity_text("20", "\u00b0C"), quantity_text("5", "%")
    ('3.5 km', '20 °C', '5 %')
    """
    between = "" if not number or not unit or unit in ("\u00b0", "\u2032", "\u2033") else " "
    return f"{number}{between}{unit}"
