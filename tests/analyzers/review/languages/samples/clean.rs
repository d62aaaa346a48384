use actix_web::{web, HttpResponse};
use sqlx::PgPool;
use std::path::Path;
use std::process::Command;

pub async fn list(pool: web::Data<PgPool>, status: web::Query<Status>) -> HttpResponse {
    let rows = sqlx::query("SELECT id FROM orders WHERE status = $1")
        .bind(&status.value)
        .fetch_all(pool.get_ref())
        .await;
    HttpResponse::Ok().json(rows.len())
}

pub async fn invoice(name: web::Path<String>) -> HttpResponse {
    match Path::new(name.as_str()).file_name() {
        Some(name) => HttpResponse::Ok().body(std::fs::read_to_string(Path::new("/srv/invoices").join(name)).unwrap_or_default()),
        None => HttpResponse::NotFound().finish(),
    }
}

pub fn ping(host: &str) -> std::io::Result<()> {
    Command::new("ping").args(["-c1", "--", host]).spawn()?;
    Ok(())
}

pub fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().build()
}

pub fn bits(value: f32) -> u32 {
    value.to_bits()
}
