terraform {
  required_version = ">= 1.7"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 5.30"
    }
  }
}

resource "google_cloud_run_v2_service" "shop" {
  name     = "brewshop"
  location = "europe-west3"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"

  template {
    service_account                  = google_service_account.shop.email
    timeout                          = "20s"
    max_instance_request_concurrency = 40

    scaling {
      min_instance_count = 2
      max_instance_count = 20
    }

    containers {
      image = "europe-west3-docker.pkg.dev/brauhaus/shop/web:4.8.0"

      resources {
        limits = {
          cpu    = "1"
          memory = "512Mi"
        }
      }

      startup_probe {
        http_get { path = "/started" }
        period_seconds    = 3
        failure_threshold = 10
      }

      liveness_probe {
        http_get { path = "/alive" }
        period_seconds  = 15
        timeout_seconds = 3
      }

      env {
        name = "DB_PASSWORD"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.db_password.secret_id
            version = "4"
          }
        }
      }
    }
  }
}

resource "google_service_account" "shop" {
  account_id   = "brewshop"
  display_name = "Runtime of the web shop"
}

resource "google_secret_manager_secret" "db_password" {
  secret_id = "brewshop-db-password"
  replication {
    auto {}
  }
}

resource "google_sql_database_instance" "shop" {
  name                = "brewshop"
  region              = "europe-west3"
  database_version    = "POSTGRES_15"
  deletion_protection = true

  settings {
    tier              = "db-custom-2-7680"
    availability_type = "REGIONAL"
    disk_autoresize   = true

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      start_time                     = "02:30"
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }
  }
}

resource "google_storage_bucket" "labels" {
  name                        = "brauhaus-label-artwork"
  location                    = "EUROPE-WEST3"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }
}

variable "network_id" {
  type        = string
  description = "VPC with private services access"
}
