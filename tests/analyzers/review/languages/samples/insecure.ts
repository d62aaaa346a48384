import https from "https";
import { Request, Response } from "express";
import { Repository } from "typeorm";
import * as fs from "fs";

interface Account {
  id: number;
  owner: string;
}

export class AccountController {
  constructor(private readonly accounts: Repository<Account>, private readonly db: Db) {}

  private readonly agent = new https.Agent({ rejectUnauthorized: false }); // expect: security/tls-verification-off

  async list(req: Request, res: Response): Promise<void> {
    const owner: string = req.query.owner as string;
    const rows = await this.db.query("SELECT * FROM account WHERE owner = '" + owner + "'"); // expect: security/sql-injection
    res.json(rows);
  }

  async report(req: Request, res: Response): Promise<void> {
    const text = fs.readFileSync(`./reports/${req.params.name}`, "utf8"); // expect: security/path-traversal, performance/blocking-in-async
    res.type("html").send(text);
  }

  async enrich(ids: number[]): Promise<Account[]> {
    const found: Account[] = [];
    for (const id of ids) {
      const answer = await fetch(`https://accounts.example.org/${id}`); // expect: performance/request-in-loop
      found.push(await answer.json());
    }
    return found;
  }

  async notify(list: Account[]): Promise<void> {
    list.forEach(async (account) => { // expect: logic/array-callback-async
      await this.send(account);
    });
  }

  private async send(account: Account): Promise<void> {
    const el = document.getElementById("owner")!;
    el.innerHTML = "<b>" + account.owner + "</b>"; // expect: security/xss
  }
}
