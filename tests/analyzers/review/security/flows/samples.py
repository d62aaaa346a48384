"""The labelled samples, as modules that can be read."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "samples"
GROUPS = ("before", "bodies", "details", "aside")
_PRELUDE = """\
import ast, base64, csv, email.mime.text, importlib, io, json, logging, os, pickle, re, shlex, shutil, smtplib, sqlite3
import string, subprocess, sys, tarfile, time, urllib.parse, urllib.request, uuid, zipfile
import xml.dom.minidom, xml.dom.pulldom, xml.etree.ElementTree, xml.sax, xml.sax.handler, xml.sax.saxutils
import defusedxml.ElementTree, elementpath, httpx, jinja2, jsonpickle, ldap, ldap.filter, ldap3, lxml.etree, markupsafe
import aiohttp.web, django.utils.html, numpy, pandas, paramiko, pathlib, requests, sqlalchemy, torch, yaml
from flask import (
    Flask, Markup, Response, abort, jsonify, make_response, redirect, render_template, render_template_string, request,
    send_file, send_from_directory, session, url_for,
)
from pymongo import MongoClient
from sqlalchemy.orm import sessionmaker
from werkzeug.utils import secure_filename
from ours import actions, checked, client, connection, db, is_safe_url, robot, settings, user

app = Flask(__name__)
collection = MongoClient().d.c


@app.route("/x/<item>", methods=["GET", "POST"])
def handler(item):
"""


@dataclass(frozen=True)
class Sample:
    """A piece of code, and whether it has what the rule names."""

    group: str
    rule: str
    real: bool
    about: str
    code: str

    @property
    def id(self) -> str:
        """A name for reports."""
        return f"{self.group}-{self.rule}-{'real' if self.real else 'safe'}-{self.about}".replace(" ", "_")


def samples(group: str) -> Iterator[Sample]:
    """The samples of a group."""
    data = tomllib.loads((FOLDER / f"{group}.toml").read_text("utf-8"))
    for each in data.pop("sample", []):
        yield Sample(group, each["rule"], each["real"], each["about"], each["code"].lstrip())
    for rule, twins in data.items():
        for kind in ("real", "safe"):
            for number, body in enumerate(twins[kind], 1):
                yield Sample(group, rule, kind == "real", str(number), _PRELUDE + textwrap.indent(body.strip(), "    "))
