"""The base score of a CVSS 3 vector (https://www.first.org/cvss/v3.1/specification-document, section 7.1)."""

import math

WEIGHTS = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
#: By whether the scope stays (`U`) or changes (`C`).
PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}


def base_score(vector: str) -> float | None:
    """From 0 to 10; None for what is no vector of CVSS 3."""
    version, _, rest = vector.partition("/")
    metrics = dict(each.split(":", 1) for each in rest.split("/") if ":" in each)
    if version not in ("CVSS:3.0", "CVSS:3.1"):
        return None
    try:
        weight = {name: values[metrics[name]] for name, values in WEIGHTS.items()}
        privileges = PRIVILEGES[metrics["S"]][metrics["PR"]]
    except KeyError:
        return None
    lost = 1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"])
    changed = metrics["S"] == "C"
    impact = 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 if changed else 6.42 * lost
    exploitability = 8.22 * weight["AV"] * weight["AC"] * privileges * weight["UI"]
    if impact <= 0:
        return 0.0
    return _up(min((1.08 if changed else 1.0) * (impact + exploitability), 10.0))


def _up(score: float) -> float:
    """To the next tenth, as the specification's appendix A does it without errors of binary fractions."""
    whole = round(score * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (math.floor(whole / 10_000) + 1) / 10
