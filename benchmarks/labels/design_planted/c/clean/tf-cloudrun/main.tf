# Voucher service on Cloud Run with Cloud SQL

terraform {
  required_version = ">= 1.8"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.5"
    }
  }
  backend "gcs" {
    bucket = "fern-tfstate-prod"
    prefix = "voucher"
  }
}

locals {
  region = "europe-north1"
}

variable "project" { type = string }
variable "network" { type = string }
variable "image" {
  type        = string
  description = "Image with digest"
  validation {
    condition     = can(regex("@sha256:", var.image))
    error_message = "Pin the image by digest."
  }
}

resource "google_service_account" "voucher" {
  project      = var.project
  account_id   = "voucher"
  display_name = "voucher service"
}

resource "google_cloud_run_v2_service" "voucher" {
  name                = "voucher"
  project             = var.project
  location            = local.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  deletion_protection = true

  template {
    service_account                  = google_service_account.voucher.email
    timeout                          = "10s"
    max_instance_request_concurrency = 40

    scaling {
      min_instance_count = 2
      max_instance_count = 20
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network = var.network
      }
    }

    containers {
      image = var.image

      resources {
        limits = {
          cpu    = "1"
          memory = "512Mi"
        }
      }

      env {
        name = "DB_PASSWORD"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.db.secret_id
            version = "7"
          }
        }
      }

      startup_probe {
        period_seconds    = 3
        timeout_seconds   = 2
        failure_threshold = 10
        http_get { path = "/ready" }
      }

      liveness_probe {
        period_seconds  = 15
        timeout_seconds = 2
        http_get { path = "/live" }
      }
    }
  }
}

resource "google_cloud_run_v2_service_iam_member" "checkout" {
  project  = var.project
  location = local.region
  name     = google_cloud_run_v2_service.voucher.name
  role     = "roles/run.invoker"
  member   = "serviceAccount:checkout@${var.project}.iam.gserviceaccount.com"
}

resource "google_secret_manager_secret" "db" {
  project   = var.project
  secret_id = "voucher-db-password"
  replication {
    auto {}
  }
}

resource "google_sql_database_instance" "voucher" {
  name                = "voucher"
  project             = var.project
  region              = local.region
  database_version    = "POSTGRES_16"
  deletion_protection = true

  settings {
    tier              = "db-custom-2-8192"
    availability_type = "REGIONAL"

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network
      ssl_mode        = "ENCRYPTED_ONLY"
    }
  }
}
