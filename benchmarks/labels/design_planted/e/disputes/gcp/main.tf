terraform {
  required_version = "~> 1.9"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.8"
    }
  }
  backend "gcs" {
    bucket = "marktlaube-tfstate-disputes"
    prefix = "prod"
  }
}

locals {
  region = "europe-west4"
}

resource "google_sql_database_instance" "disputes" {
  name                = "disputes-db"
  region              = local.region
  database_version    = "POSTGRES_16"
  deletion_protection = true

  settings {
    tier              = "db-custom-4-16384"
    availability_type = "REGIONAL"
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
      private_network = var.network
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    database_flags {
      name  = "statement_timeout"
      value = "1500"
    }
  }
}

resource "google_cloud_run_v2_service" "dispute_api" {
  name                = "dispute-api"
  location            = local.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  deletion_protection = true

  template {
    service_account                  = google_service_account.dispute_api.email
    timeout                          = "15s"
    max_instance_request_concurrency = 60

    scaling {
      min_instance_count = 3
      max_instance_count = 40
    }

    vpc_access {
      network_interfaces {
        network    = var.network
        subnetwork = var.subnetwork
      }
      egress = "PRIVATE_RANGES_ONLY"
    }

    containers {
      image = "europe-west4-docker.pkg.dev/marktlaube-disputes/apps/dispute-api:2025.11.3"

      resources {
        limits = {
          cpu    = "2"
          memory = "1Gi"
        }
      }

      env {
        name = "DB_PASSWORD"
        value_source {
          secret_key_ref {
            secret  = var.db_password_secret
            version = "7"
          }
        }
      }

      startup_probe {
        period_seconds    = 5
        timeout_seconds   = 3
        failure_threshold = 12
        http_get {
          path = "/startup"
        }
      }

      liveness_probe {
        period_seconds  = 15
        timeout_seconds = 3
        http_get {
          path = "/live"
        }
      }
    }
  }
}

resource "google_service_account" "dispute_api" {
  account_id = "dispute-api"
}

resource "google_cloud_run_v2_service_iam_member" "gateway_calls_api" {
  name     = google_cloud_run_v2_service.dispute_api.name
  location = local.region
  role     = "roles/run.invoker"
  member   = "serviceAccount:${var.gateway_service_account}"
}

resource "google_cloud_run_v2_service_iam_member" "clock_calls_api" {
  name     = google_cloud_run_v2_service.dispute_api.name
  location = local.region
  role     = "roles/run.invoker"
  member   = "serviceAccount:${google_service_account.sla_clock.email}"
}

resource "google_service_account" "sla_clock" {
  account_id = "sla-clock"
}

resource "google_cloud_scheduler_job" "sla_clock" {
  name             = "sla-clock"
  region           = local.region
  schedule         = "*/15 * * * *"
  time_zone        = "Etc/UTC"
  attempt_deadline = "120s"

  retry_config {
    retry_count          = 2
    min_backoff_duration = "10s"
    max_backoff_duration = "60s"
  }

  http_target {
    http_method = "POST"
    uri         = "${google_cloud_run_v2_service.dispute_api.uri}/internal/expire"
    oidc_token {
      service_account_email = google_service_account.sla_clock.email
    }
  }
}
