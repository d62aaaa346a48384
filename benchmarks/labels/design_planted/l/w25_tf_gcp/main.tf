# Museum audio guide: content API on Cloud Run, Cloud SQL behind it
resource "google_sql_database_instance" "guide" {
  name                = "guide-pg"
  project             = var.project
  region              = "europe-west4"
  database_version    = "POSTGRES_16"
  deletion_protection = true

  settings {
    tier              = "db-custom-2-7680"
    availability_type = "REGIONAL"
    disk_autoresize   = true

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      backup_retention_settings {
        retained_backups = 21
      }
    }
  }
}

resource "google_cloud_run_v2_service" "content" {
  name     = "guide-content"
  project  = var.project
  location = "europe-west4"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"

  template {
    service_account                  = google_service_account.content.email
    timeout                          = "15s"
    max_instance_request_concurrency = 60

    scaling {
      min_instance_count = 2
      max_instance_count = 25
    }

    containers {
      image = "europe-west4-docker.pkg.dev/guide-prod/app/content:1.44.0"

      resources {
        limits = { cpu = "1", memory = "512Mi" }
      }

      startup_probe {
        http_get { path = "/ready" }
        timeout_seconds   = 2
        failure_threshold = 10
      }

      liveness_probe {
        http_get { path = "/live" }
        timeout_seconds = 2
      }

      env {
        name = "DB_PASSWORD"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.db.secret_id
            version = "3"
          }
        }
      }
    }
  }
}

resource "google_service_account" "content" {
  project      = var.project
  account_id   = "guide-content"
  display_name = "Audio guide content API"
}

resource "google_secret_manager_secret" "db" {
  project   = var.project
  secret_id = "guide-db-password"
  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_iam_member" "content_reads" {
  project   = var.project
  secret_id = google_secret_manager_secret.db.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.content.email}"
}

variable "project" {
  type        = string
  description = "Project id"
}

variable "network_id" {
  type        = string
  description = "VPC with private services access"
}
