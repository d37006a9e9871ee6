"""The sandbox host: runs other people's code on this machine and speaks the part of E2B's protocol that its SDK uses.

One process (`python -m worker.sandboxd`) answers the control plane, the file and process calls and the port proxy on
one loopback port. Each sandbox has a small detached keeper that owns its processes, so that a restart of the host
adopts what runs. `doors.py` states where another program finds a sandbox's application on disk.
"""
