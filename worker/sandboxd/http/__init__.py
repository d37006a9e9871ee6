"""The HTTP side: control plane, envd calls, files and the port proxy on one TCP port."""
