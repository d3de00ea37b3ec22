"""A strict stand-in for Instagram's API with Instagram Login on a loopback port, written from the documented facts.

What Meta's documentation states: hosts, paths, parameters, paging by cursors, the insights' form, empty data in place
of 0, a delay of up to 48 hours, the codes of errors, the token's 60 days and 24 hours. A request that Meta would refuse
as malformed is refused here too and stands in ``problems``, which every test that uses the server finds empty.
"""

from tests.graph_server.account import Account, Post, Secret
from tests.graph_server.server import Fault, GraphServer

__all__ = ["Account", "Fault", "GraphServer", "Post", "Secret"]
