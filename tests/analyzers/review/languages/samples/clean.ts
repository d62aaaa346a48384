import https from "https";
import { Request, Response } from "express";
import { In, Repository } from "typeorm";
import { readFile } from "fs/promises";
import path from "path";

interface Account {
  id: number;
  owner: string;
}

const REPORTS = path.resolve("./reports");

export class AccountController {
  constructor(private readonly accounts: Repository<Account>, private readonly db: Db) {}

  private readonly agent = new https.Agent({ ca: process.env.CA });

  async list(req: Request, res: Response): Promise<void> {
    const rows = await this.db.query("SELECT * FROM account WHERE owner = $1", [req.query.owner]);
    res.json(rows);
  }

  async report(req: Request, res: Response): Promise<void> {
    const text = await readFile(path.join(REPORTS, path.basename(req.params.name)), "utf8");
    res.json({ text });
  }

  async enrich(ids: number[]): Promise<Account[]> {
    return this.accounts.find({ where: { id: In(ids) } });
  }

  async notify(list: Account[]): Promise<void> {
    await Promise.all(list.map(async (account) => this.send(account)));
  }

  private async send(account: Account): Promise<void> {
    const el = document.getElementById("owner")!;
    el.textContent = account.owner;
  }
}
