"""What Vercel's own documentation says of its limits and prices."""

from engine.readiness.paths.answer import limit

FUNCTIONS = "https://vercel.com/docs/functions/limitations"

HOBBY = limit(
    "The Hobby plan is for personal, non-commercial use only.", "https://vercel.com/docs/limits/fair-use-guidelines"
)
PRO = limit("The Pro plan includes $20 of usage a month.", "https://vercel.com/docs/plans/pro-plan")
DURATION = limit("A request runs for at most 300 seconds (Hobby), 800 seconds (Pro).", FUNCTIONS)
MEMORY = limit("A function has at most 2 GB of memory (Hobby), 4 GB (Pro).", FUNCTIONS)
BODY = limit("A request's or an answer's body has at most 4.5 MB.", FUNCTIONS)
SIZE = limit(
    "A function with its packages has at most 250 MB, 500 MB in Python; 5 GB is a beta.",
    "https://vercel.com/kb/guide/troubleshooting-function-250mb-limit",
)
DISK = limit(
    "A function's file system is read-only but for /tmp, and nothing in it is kept.",
    "https://vercel.com/docs/functions/runtimes",
)
SOCKETS = limit(
    "WebSockets are a public beta; a connection ends with its function's time, and state is kept elsewhere.",
    "https://vercel.com/docs/functions/websockets",
)
IMAGES = limit(
    "A `Dockerfile.vercel` is built and run as a function (beta): without a disk of its own, scaled to zero.",
    "https://vercel.com/kb/guide/docker",
)
DAEMONS = limit(
    "Processes beside requests run as Daemons, from a container image (public beta).", "https://vercel.com/docs/daemons"
)
PYTHON = limit(
    "WSGI and ASGI applications run on Python 3.12, 3.13 or 3.14; another version that is asked for becomes 3.12.",
    "https://vercel.com/docs/functions/runtimes/python",
)
NODE = limit("Node.js 20, 22 and 24.", "https://vercel.com/docs/functions/runtimes/node-js/node-js-versions")
FLASK = limit(
    "Flask is found as `app` in app.py, index.py, server.py or main.py, also below src/ and app/; its `static_folder` "
    "isn't to be used, files belong in `public/`.",
    "https://vercel.com/docs/frameworks/backend/flask",
)
DJANGO = limit(
    "Django is found by manage.py, with the WSGI or ASGI entry of its settings.",
    "https://vercel.com/docs/frameworks/full-stack/django",
)
EXPRESS = limit(
    "Express is found in app, index or server (.js, .mjs, .cjs, .ts, also below src/), which exports it or listens; "
    "`express.static()` is ignored, files belong in `public/`.",
    "https://vercel.com/docs/frameworks/backend/express",
)
