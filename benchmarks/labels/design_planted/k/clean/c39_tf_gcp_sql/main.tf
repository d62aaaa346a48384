terraform {
  required_version = "~> 1.8"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.2"
    }
  }
  backend "gcs" {
    bucket = "fahrschule-tfstate"
    prefix = "booking/prod"
  }
}

variable "project" { type = string }
variable "network_id" { type = string }
variable "image_digest" {
  type        = string
  description = "sha256 digest of the image to run"
}

provider "google" {
  project = var.project
  region  = "europe-west3"
}

resource "google_sql_database_instance" "booking" {
  name                = "booking-prod"
  database_version    = "POSTGRES_16"
  deletion_protection = true

  settings {
    tier              = "db-custom-2-7680"
    availability_type = "REGIONAL"
    disk_autoresize   = true

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      start_time                     = "02:00"
      backup_retention_settings {
        retained_backups = 30
      }
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    database_flags {
      name  = "statement_timeout"
      value = "5000"
    }

    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }
  }
}

resource "google_service_account" "booking" {
  account_id   = "booking-run"
  display_name = "Booking service"
}

resource "google_project_iam_member" "sql_client" {
  project = var.project
  role    = "roles/cloudsql.client"
  member  = "serviceAccount:${google_service_account.booking.email}"
}

resource "google_cloud_run_v2_service" "booking" {
  name     = "booking"
  location = "europe-west3"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"

  template {
    service_account                  = google_service_account.booking.email
    timeout                          = "30s"
    max_instance_request_concurrency = 40

    scaling {
      min_instance_count = 2
      max_instance_count = 20
    }

    containers {
      image = "europe-west3-docker.pkg.dev/${var.project}/apps/booking@${var.image_digest}"

      resources {
        limits = {
          cpu    = "1"
          memory = "512Mi"
        }
      }

      startup_probe {
        http_get { path = "/ready" }
        period_seconds    = 3
        failure_threshold = 20
      }

      liveness_probe {
        http_get { path = "/live" }
        period_seconds  = 15
        timeout_seconds = 2
      }
    }
  }
}
