const express = require("express");
const { execFile } = require("child_process");
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const jwt = require("jsonwebtoken");
const pool = require("./pool");

const router = express.Router();
const UPLOADS = path.join(__dirname, "uploads");
const COLUMNS = new Set(["id", "total", "created"]);

router.get("/orders", async (req, res) => {
  const column = req.query.sort;
  if (!COLUMNS.has(column)) return res.sendStatus(400);
  const rows = await pool.query(`SELECT id FROM orders WHERE status = $1 ORDER BY ${column}`, [req.query.status]);
  res.json(rows);
});

router.get("/thumbnail", (req, res) => {
  execFile("convert", [path.join(UPLOADS, path.basename(req.query.file)), "-resize", "80x80", "out.png"], () => res.end());
});

router.get("/files/:name", (req, res) => {
  const target = path.resolve(UPLOADS, req.params.name);
  if (!target.startsWith(UPLOADS + path.sep)) return res.sendStatus(404);
  fs.createReadStream(target).pipe(res);
});

router.get("/search", (req, res) => {
  res.render("search", { term: req.query.q });
});

router.get("/leave", (req, res) => {
  res.redirect("/goodbye?from=" + encodeURIComponent(req.query.from));
});

router.post("/preview", async (req, res) => {
  const url = new URL(req.body.url);
  if (!ALLOWED_HOSTS.has(url.hostname)) return res.sendStatus(400);
  const answer = await fetch(url);
  res.type("text/plain").send(await answer.text());
});

router.post("/login", async (req, res) => {
  const user = await Users.findOne({ name: String(req.body.name) });
  const token = crypto.randomBytes(32).toString("hex");
  const session = jwt.sign({ id: user.id }, process.env.SESSION_KEY, { expiresIn: "1h" });
  res.cookie("session", session, { httpOnly: true, secure: true, sameSite: "lax" });
  res.json({ token });
});

router.put("/users/:id", async (req, res) => {
  const { name, email } = req.body;
  await Users.findByIdAndUpdate(req.params.id, { name, email });
  res.sendStatus(204);
});

const etagOf = (body) => crypto.createHash("md5").update(body).digest("hex");

module.exports = { router, etagOf };
