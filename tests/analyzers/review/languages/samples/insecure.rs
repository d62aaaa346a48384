use actix_web::{web, HttpResponse};
use sqlx::PgPool;
use std::process::Command;

pub async fn list(pool: web::Data<PgPool>, status: web::Query<Status>) -> HttpResponse {
    let query = format!("SELECT id FROM orders WHERE status = '{}'", status.value);
    let rows = sqlx::query(&query).fetch_all(pool.get_ref()).await; // expect: security/sql-injection
    HttpResponse::Ok().json(rows.len())
}

pub async fn invoice(name: web::Path<String>) -> HttpResponse {
    let text = std::fs::read_to_string(format!("/srv/invoices/{}", name)); // expect: security/path-traversal
    HttpResponse::Ok().body(text.unwrap_or_default())
}

pub fn ping(host: &str) -> std::io::Result<()> {
    Command::new("sh").arg("-c").arg(format!("ping -c1 {}", host)).spawn()?; // expect: security/command-injection
    Ok(())
}

pub fn client() -> reqwest::Client {
    reqwest::Client::builder().danger_accept_invalid_certs(true).build().expect("client") // expect: security/tls-verification-off
}

pub fn bits(value: f32) -> u32 {
    unsafe { std::mem::transmute(value) } // expect: security/unsafe-memory
}
