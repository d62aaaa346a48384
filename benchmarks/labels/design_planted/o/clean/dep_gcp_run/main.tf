# Ferry timetable search on Cloud Run with its own Cloud SQL instance.

terraform {
  required_version = "~> 1.9"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.8"
    }
  }
  backend "gcs" {
    bucket = "ferry-tfstate"
    prefix = "timetable/prod"
  }
}

locals {
  project = "ferry-timetable-prod"
  region  = "europe-north1"
}

provider "google" {
  project = local.project
  region  = local.region
}

variable "network_id" {
  type        = string
  description = "Self link of the shared VPC"
}

variable "image_digest" {
  type        = string
  description = "Digest of the released image, sha256:..."
  validation {
    condition     = can(regex("^sha256:[0-9a-f]{64}$", var.image_digest))
    error_message = "Deploy by digest."
  }
}

resource "google_service_account" "timetable" {
  account_id   = "timetable-run"
  display_name = "Timetable search"
}

resource "google_sql_database_instance" "timetable" {
  name                = "timetable-prod"
  database_version    = "POSTGRES_16"
  deletion_protection = true

  settings {
    tier                        = "db-custom-2-7680"
    availability_type           = "REGIONAL"
    disk_autoresize             = true
    disk_autoresize_limit       = 200
    deletion_protection_enabled = true

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      start_time                     = "01:30"
      transaction_log_retention_days = 7
      backup_retention_settings {
        retained_backups = 30
      }
    }
  }
}

resource "google_secret_manager_secret" "db" {
  secret_id = "timetable-db-password"
  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_iam_member" "db" {
  secret_id = google_secret_manager_secret.db.id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.timetable.email}"
}

resource "google_cloud_run_v2_service" "timetable" {
  name                = "timetable"
  location            = local.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  deletion_protection = true
  depends_on          = [google_secret_manager_secret_iam_member.db]

  template {
    service_account                  = google_service_account.timetable.email
    timeout                          = "10s"
    max_instance_request_concurrency = 40

    scaling {
      min_instance_count = 3
      max_instance_count = 40
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network = var.network_id
      }
    }

    containers {
      image = "europe-north1-docker.pkg.dev/${local.project}/apps/timetable@${var.image_digest}"

      resources {
        limits = {
          cpu    = "1"
          memory = "512Mi"
        }
      }

      env {
        name  = "DB_HOST"
        value = google_sql_database_instance.timetable.private_ip_address
      }

      env {
        name = "DB_PASSWORD"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.db.secret_id
            version = "4"
          }
        }
      }

      startup_probe {
        period_seconds    = 3
        failure_threshold = 10
        timeout_seconds   = 2
        http_get {
          path = "/healthz"
        }
      }

      liveness_probe {
        period_seconds  = 15
        timeout_seconds = 3
        http_get {
          path = "/healthz"
        }
      }
    }
  }
}
