"""The three ways to deploy an application, judged by the platforms' documented limits."""
