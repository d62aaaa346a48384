# Public transport analytics: Cloud Run service and Cloud SQL. The load balancer is in the edge module.

variable "project" { type = string }
variable "region" {
  type    = string
  default = "europe-north1"
}
variable "network_id" { type = string }
variable "subnet_id" { type = string }
variable "image" {
  type        = string
  description = "Image with digest, passed by the pipeline"
  validation {
    condition     = can(regex("@sha256:[a-f0-9]{64}$", var.image))
    error_message = "The image must be pinned by digest."
  }
}

resource "google_service_account" "api" {
  project      = var.project
  account_id   = "ridership-api"
  display_name = "Ridership API"
}

resource "google_sql_database_instance" "ridership" {
  project             = var.project
  name                = "ridership"
  region              = var.region
  database_version    = "POSTGRES_16"
  deletion_protection = true

  settings {
    tier              = "db-custom-4-16384"
    availability_type = "REGIONAL"
    disk_type         = "PD_SSD"
    disk_autoresize   = true

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
      backup_retention_settings {
        retained_backups = 30
      }
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    maintenance_window {
      day  = 2
      hour = 2
    }

    insights_config {
      query_insights_enabled = true
    }
  }
}

resource "google_cloud_run_v2_service" "api" {
  project  = var.project
  name     = "ridership-api"
  location = var.region
  ingress  = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"

  template {
    service_account                  = google_service_account.api.email
    timeout                          = "20s"
    max_instance_request_concurrency = 40

    scaling {
      min_instance_count = 2
      max_instance_count = 30
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network    = var.network_id
        subnetwork = var.subnet_id
      }
    }

    containers {
      image = var.image
      ports {
        container_port = 8080
      }
      resources {
        limits = {
          cpu    = "1"
          memory = "1Gi"
        }
      }
      env {
        name  = "DB_HOST"
        value = google_sql_database_instance.ridership.private_ip_address
      }
      env {
        name = "DB_PASSWORD"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.db_password.secret_id
            version = "7"
          }
        }
      }
      startup_probe {
        period_seconds    = 3
        failure_threshold = 20
        http_get {
          path = "/ready"
        }
      }
      liveness_probe {
        period_seconds  = 15
        timeout_seconds = 2
        http_get {
          path = "/healthz"
        }
      }
    }
  }
}

resource "google_secret_manager_secret" "db_password" {
  project   = var.project
  secret_id = "ridership-db-password"
  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_iam_member" "api" {
  project   = var.project
  secret_id = google_secret_manager_secret.db_password.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.api.email}"
}
