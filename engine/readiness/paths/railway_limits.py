"""What Railway's own documentation says of its limits and prices."""

from engine.readiness.paths.answer import limit

LANGUAGES = limit(
    "Railpack builds Python, Node.js, static files and eight more languages without a configuration.",
    "https://docs.railway.com/builds/railpack",
)
IMAGE = limit("Where a Dockerfile is found, it is what is built.", "https://docs.railway.com/builds/dockerfiles")
PROCFILE = limit(
    "A Procfile is read, one process of it for each service.", "https://docs.railway.com/platform/migrate-from-heroku"
)
PORT = limit("The application listens on `$PORT`.", "https://docs.railway.com/deployments/healthchecks")
HEALTH = limit(
    "A deployment is switched to when its health path answers 200 within 300 seconds; it is asked by the host "
    "`healthcheck.railway.app`.",
    "https://docs.railway.com/deployments/healthchecks",
)
RESOURCES = limit(
    "A service of the Hobby plan has at most 48 GB of memory, 48 vCPU, 100 GB of disk that isn't kept, and a 100 GB "
    "image.",
    "https://docs.railway.com/pricing/plans",
)
REQUESTS = limit(
    "A request runs for at most 15 minutes while data flows, 5 minutes without.",
    "https://docs.railway.com/networking/public-networking/specs-and-limits",
)
SOCKETS = limit(
    "WebSockets over HTTP/1.1 may stay open for as long as they like.",
    "https://docs.railway.com/networking/public-networking/specs-and-limits",
)
VOLUMES = limit(
    "A volume is kept between deployments: 5 GB on the Hobby plan, $0.15 a GB a month.",
    "https://docs.railway.com/volumes/reference",
)
ONE_VOLUME = limit(
    "A service has one volume, then no replicas, and is away for a moment at each deployment.",
    "https://docs.railway.com/volumes/reference",
)
PRE_DEPLOY = limit(
    "A pre-deploy command runs before the switch, in a container of its own without volumes.",
    "https://docs.railway.com/deployments/pre-deploy-command",
)
FILES = limit(
    "railway.json and railway.toml aren't read any more from 2026-12-01 on, and new services don't read them now.",
    "https://docs.railway.com/infrastructure-as-code",
)
PLANS = limit("Hobby: $5 a month with $5 of usage; Pro: $20 with $20.", "https://docs.railway.com/pricing/plans")
USAGE = limit("Memory $10 a GB, CPU $20 a vCPU a month, egress $0.05 a GB.", "https://docs.railway.com/pricing/plans")
