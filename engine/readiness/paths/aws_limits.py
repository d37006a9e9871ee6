"""What AWS's own documentation says of its limits and prices."""

from engine.readiness.paths.answer import limit

GUIDE = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg"

APP_RUNNER = limit(
    "AWS App Runner takes no new customers (since 2026-04-30); AWS names Amazon ECS Express Mode instead.",
    "https://docs.aws.amazon.com/apprunner/latest/dg/apprunner-availability-change.html",
)
EXPRESS_MODE = limit(
    "ECS Express Mode wants a container image in a registry, and brings a load balancer and Fargate.",
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-create-full.html",
)
PLATFORMS = limit(
    "Elastic Beanstalk has platforms for Python, Node.js (20, 22, 24) and Docker on Amazon Linux 2023.",
    "https://docs.aws.amazon.com/elasticbeanstalk/latest/platforms/platforms-supported.html",
)
PYTHON_START = limit(
    "The `web` line of a Procfile starts a Python application; its server must be among the requirements.",
    f"{GUIDE}/python-configuration-procfile.html",
)
NODE_START = limit(
    "A Procfile, else package.json, starts a Node.js application.", f"{GUIDE}/create_deploy_nodejs.container.html"
)
PORT = limit(
    "nginx hands requests to the port in the environment property `PORT`.", f"{GUIDE}/platforms-linux-extend.proxy.html"
)
BUNDLE = limit("The source is one ZIP of at most 500 MB.", f"{GUIDE}/applications-sourcebundle.html")
DURABLE = limit(
    "Machines come and go: what is to last belongs in Amazon S3, EFS or RDS.", f"{GUIDE}/concepts.concepts.design.html"
)
PROCESSES = limit(
    "Further lines of a Procfile run on the same machine and are started again when they end.",
    f"{GUIDE}/platforms-linux-extend.build-proc.html",
)
FREE = limit("Elastic Beanstalk itself costs nothing; its resources do.", f"{GUIDE}/Welcome.html")
MACHINE = limit(
    "t3.micro $0.0104 an hour, gp3 disk $0.08 a GB a month (us-east-1, AWS's price list; check before you order).",
    "https://aws.amazon.com/ec2/pricing/on-demand/",
)
ADDRESS = limit("A public IPv4 address costs $0.005 an hour.", "https://aws.amazon.com/vpc/pricing/")
AMPLIFY = limit(
    "Amplify Hosting takes static sites, Next.js and Nuxt as they are, Astro and SvelteKit by a community adapter.",
    "https://docs.aws.amazon.com/amplify/latest/userguide/welcome.html",
)
ARTIFACT = limit(
    "What a build makes has at most 5 GB.", "https://docs.aws.amazon.com/amplify/latest/userguide/quotas-chapter.html"
)
AMPLIFY_PRICE = limit(
    "$0.023 a GB stored; rendering $0.20 a GB-hour and $0.30 a million requests (AWS's price list; check before you "
    "order).",
    "https://aws.amazon.com/amplify/pricing/",
)
