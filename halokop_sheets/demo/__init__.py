"""The sample office: an invented team that lived with the program for some weeks, ready to be looked at."""

from halokop_sheets.demo.make import make_demo

__all__ = ["make_demo"]
