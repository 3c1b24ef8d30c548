"""Calls a Jiaoqi server: a typed client, and the `jiaoqi` command line."""

from client.calls import CallError, FieldError, JiaoqiClient

__all__ = ["CallError", "FieldError", "JiaoqiClient"]
