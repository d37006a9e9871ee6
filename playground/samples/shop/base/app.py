"""A shop with three things in it."""

from dataclasses import dataclass

from flask import Flask, render_template

DISCOUNT = 0


@dataclass(frozen=True)
class Thing:
    """Something that can be bought."""

    name: str
    says: str
    cents: int
    picture: str


THINGS = (
    Thing("Mug", "Holds exactly one idea.", 1400, "mug"),
    Thing("Lamp", "For work that goes on after dusk.", 4900, "lamp"),
    Thing("Notebook", "Ninety-six pages, none of them lined.", 900, "notebook"),
)

app = Flask(__name__)


def price(cents: int) -> str:
    """What a thing costs today."""
    return f"{cents * (100 - DISCOUNT) / 10000:.2f} €"


@app.get("/")
def front() -> str:
    return render_template("front.html", things=THINGS, price=price, discount=DISCOUNT)


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
