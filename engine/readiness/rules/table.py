"""Every rule, in the order of the documentation. A new one: write its file, add its line."""

from engine.readiness.rule import Rule
from engine.readiness.rules import (
    build_passes,
    build_reproducible,
    configuration_valid,
    cookies_secure,
    cors_closed,
    database_durable,
    debug_off,
    dependencies_pinned,
    dependency_file,
    endpoints_answer,
    env_example,
    env_file_ignored,
    gitignore,
    health_answers,
    health_route,
    hosts_allowed,
    image_file,
    licence,
    listens_everywhere,
    lock_file,
    log_clean,
    logs_to_output,
    memory_at_rest,
    migrations_released,
    no_risky_code,
    no_secrets,
    no_vulnerable_dependencies,
    port_from_environment,
    production_server,
    readme_runs,
    repository_size,
    runtime_version,
    scan_complete,
    secret_from_environment,
    start_command,
    starts_in_time,
    static_served,
    stops_gracefully,
    tests_exist,
    tests_pass,
)

#: How it is built and run.
BUILT: tuple[Rule, ...] = (
    start_command.RULE,
    dependency_file.RULE,
    dependencies_pinned.RULE,
    lock_file.RULE,
    runtime_version.RULE,
    port_from_environment.RULE,
    listens_everywhere.RULE,
    production_server.RULE,
    build_reproducible.RULE,
    image_file.RULE,
    repository_size.RULE,
    licence.RULE,
    readme_runs.RULE,
    tests_exist.RULE,
)
#: How it is configured, and what its code says.
CONFIGURED: tuple[Rule, ...] = (
    debug_off.RULE,
    secret_from_environment.RULE,
    env_file_ignored.RULE,
    gitignore.RULE,
    env_example.RULE,
    database_durable.RULE,
    migrations_released.RULE,
    static_served.RULE,
    cors_closed.RULE,
    hosts_allowed.RULE,
    logs_to_output.RULE,
    cookies_secure.RULE,
)
#: What its last build and a trial on the preview showed.
TRIED: tuple[Rule, ...] = (
    configuration_valid.RULE,
    build_passes.RULE,
    health_answers.RULE,
    endpoints_answer.RULE,
    tests_pass.RULE,
    log_clean.RULE,
    stops_gracefully.RULE,
    starts_in_time.RULE,
    memory_at_rest.RULE,
    health_route.RULE,
)
#: What the security scan found.
SCANNED: tuple[Rule, ...] = (
    no_secrets.RULE,
    no_risky_code.RULE,
    no_vulnerable_dependencies.RULE,
    scan_complete.RULE,
)

RULES: tuple[Rule, ...] = (*BUILT, *CONFIGURED, *TRIED, *SCANNED)
BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
