resource "google_sql_database_instance" "tariffs" {
  name                = "tariffs-pg"
  project             = var.project
  region              = "europe-west3"
  database_version    = "POSTGRES_15"
  deletion_protection = true

  settings {
    tier              = "db-custom-4-15360"
    availability_type = "REGIONAL"

    disk_autoresize       = true
    disk_autoresize_limit = 500

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      start_time                     = "02:30"
      transaction_log_retention_days = 7
      backup_retention_settings { retained_backups = 30 }
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
    }

    maintenance_window {
      day  = 7
      hour = 3
    }
  }
}

resource "google_sql_database" "tariffs" {
  name     = "tariffs"
  project  = var.project
  instance = google_sql_database_instance.tariffs.name
}
