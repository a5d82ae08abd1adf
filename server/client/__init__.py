"""A typed client of the HTTP API and the socket, for Python programs: see docs/client.md."""

from phosphene.client.client import Client as Client
from phosphene.client.following import Following as Following
from phosphene.client.problems import Unreachable as Unreachable
