const express = require("express");
const { exec } = require("child_process");
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const jwt = require("jsonwebtoken");
const pool = require("./pool");

const router = express.Router();
const UPLOADS = path.join(__dirname, "uploads");

router.get("/orders", async (req, res) => {
  const { status } = req.query;
  const statement = `SELECT id, total FROM orders WHERE status = '${status}'`;
  const rows = await pool.query(statement); // expect: security/sql-injection
  res.json(rows);
});

router.get("/thumbnail", (req, res) => {
  const name = req.query.file;
  exec("convert " + name + " -resize 80x80 out.png", () => res.end()); // expect: security/command-injection
});

router.get("/files/:name", (req, res) => {
  const target = path.join(UPLOADS, req.params.name);
  fs.createReadStream(target).pipe(res); // expect: security/path-traversal
});

router.get("/search", (req, res) => {
  const term = req.query.q || "";
  res.send("<h2>Results for " + term + "</h2>"); // expect: security/xss
});

router.get("/leave", (req, res) => {
  const to = req.query.to;
  res.redirect(to); // expect: security/open-redirect
});

router.post("/preview", async (req, res) => {
  const answer = await fetch(req.body.url); // expect: security/ssrf
  res.send(await answer.text());
});

router.post("/login", async (req, res) => {
  const user = await Users.findOne({ name: req.body.name, pin: req.body.pin }); // expect: security/nosql-injection
  const token = Math.random().toString(36).slice(2); // expect: security/weak-random
  const digest = crypto.createHash("md5").update(req.body.password).digest("hex"); // expect: security/weak-hash
  const session = jwt.sign({ id: user.id, digest }, "orders-signing-key"); // expect: security/hardcoded-credentials
  res.cookie("session", session); // expect: security/insecure-cookie
  res.json({ token });
});

router.post("/formula", (req, res) => {
  const formula = req.body.formula;
  res.json({ value: eval(formula) }); // expect: security/code-injection
});

router.put("/users/:id", async (req, res) => {
  await Users.findByIdAndUpdate(req.params.id, req.body); // expect: security/mass-assignment
  res.sendStatus(204);
});

module.exports = router;
