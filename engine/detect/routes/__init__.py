"""Which routes an application answers, read from its source: Flask, FastAPI, Express, Django. Only what is sure."""

from engine.detect.routes.reading import routes_of
from engine.detect.routes.route import Route

__all__ = ["Route", "routes_of"]
