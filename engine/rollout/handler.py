"""The handlers of an environment's jobs, for whoever joins them."""

from engine.rollout.deploy import DeployHandler
from engine.rollout.restart import RestartHandler
from engine.rollout.retire import RetireHandler
from engine.rollout.tools import Tools

__all__ = ["DeployHandler", "RestartHandler", "RetireHandler", "Tools"]
