"""Texts as vectors, from models that are installed as packages: no server, no key, no network.

Needs the extra `conversation`; without it `available()` is false and asking for a model raises `MissingExtra`.
"""
