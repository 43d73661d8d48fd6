from loopback import *  # noqa: F403
