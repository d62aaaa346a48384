terraform {
  required_version = "~> 1.9"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.14"
    }
  }
}

variable "project" { type = string }
variable "network_id" { type = string }

resource "google_sql_database_instance" "archive" {
  project             = var.project
  name                = "archive"
  region              = "europe-west3"
  database_version    = "POSTGRES_16"
  deletion_protection = true

  settings {
    tier                        = "db-custom-4-26624"
    availability_type           = "REGIONAL"
    disk_type                   = "PD_SSD"
    disk_size                   = 200
    disk_autoresize             = true
    deletion_protection_enabled = true

    backup_configuration {
      enabled                        = true
      start_time                     = "02:00"
      location                       = "eu"
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
      backup_retention_settings {
        retained_backups = 60
      }
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }
    database_flags {
      name  = "statement_timeout"
      value = "15000"
    }
  }
}

resource "google_sql_database_instance" "archive_read" {
  project              = var.project
  name                 = "archive-read"
  region               = "europe-west3"
  database_version     = "POSTGRES_16"
  master_instance_name = google_sql_database_instance.archive.name
  deletion_protection  = true

  settings {
    tier              = "db-custom-4-26624"
    availability_type = "ZONAL" # searches fall back to the primary
    disk_type         = "PD_SSD"
    disk_autoresize   = true

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }
    database_flags {
      name  = "statement_timeout"
      value = "15000"
    }
  }
}

resource "google_sql_database" "archive" {
  project  = var.project
  name     = "archive"
  instance = google_sql_database_instance.archive.name
}

resource "google_sql_user" "app" {
  project  = var.project
  instance = google_sql_database_instance.archive.name
  name     = "archive-app@${var.project}.iam"
  type     = "CLOUD_IAM_SERVICE_ACCOUNT"
}
