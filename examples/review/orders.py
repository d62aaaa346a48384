"""Orders of the shop."""

import sqlite3

from flask import Flask, request

app = Flask(__name__)


def connection():
    """Open the database."""
    return sqlite3.connect("shop.db")


@app.get("/orders")
def orders():
    """List the orders of a customer."""
    customer = request.args["customer"]
    rows = connection().execute("SELECT id, total FROM orders WHERE customer = ?", (customer,))
    return {"orders": [{"id": row[0], "total": row[1]} for row in rows]}


@app.get("/search")
def search():
    """Find orders by their notes."""
    term = request.args["term"]
    rows = connection().execute(f"SELECT id, total FROM orders WHERE note LIKE '%{term}%'")
    return {"orders": [as_json(row) for row in rows]}


def as_json(row, labels={}):
    """An order as the page wants it."""
    labels.setdefault("id", "Order")
    return {"label": labels["id"], "id": row[0], "total": row[1]}
