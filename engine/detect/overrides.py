"""What the repository says itself, laid over what was detected."""

from dataclasses import replace

from engine.detect import node_install, python_install
from engine.detect.procfile import WebProcess
from engine.detect.tree import FileTree
from engine.domain.plan import AppPlan, Step
from engine.project.config import ProjectConfig


def own_plan(files: FileTree) -> AppPlan:
    """A plan without a start, for a tree that no runtime knows: only its dependencies are recognised."""
    python = python_install.installation(files)
    if python is not None:
        return python_install.plan(python, framework="python", evidence=(python.evidence,), start=())
    if files.read("package.json") is not None:
        node = node_install.installation(files, node_install.read_package(files))
        return node_install.plan(node, framework="node", evidence=("there is a package.json",), start=())
    return AppPlan("custom", "custom", (), install=(), build=(), start=())


def with_overrides(plan: AppPlan, project: ProjectConfig, web: WebProcess | None) -> AppPlan:
    """The plan with the Procfile's web line and the commands of slipway.yml in their places."""
    if web is not None:
        evidence = (*plan.evidence, "the Procfile says how web starts")
        plan = replace(plan, start=web.argv, environment=plan.environment | web.environment, evidence=evidence)
    if project.start:
        plan = replace(plan, start=project.start, evidence=(*plan.evidence, "slipway.yml says how it starts"))
    if project.install is not None:
        plan = _with_install(plan, project.install)
    if project.build is not None:
        plan = replace(plan, build=_steps("build of slipway.yml", project.build))
    if project.health_path:
        plan = replace(plan, health_path=project.health_path)
    return plan


def _with_install(plan: AppPlan, argv: tuple[str, ...]) -> AppPlan:
    """A command of the repository's own installs into the revision: nobody knows which files decide about it.

    Python keeps its environment folder, so that `uv pip install` and `pip` find one.
    """
    before = plan.install[:1] if plan.runtime == "python" else ()
    return replace(plan, install=before + _steps("install of slipway.yml", argv), lock_files=(), links={})


def _steps(label: str, argv: tuple[str, ...]) -> tuple[Step, ...]:
    return (Step(label, argv),) if argv else ()
