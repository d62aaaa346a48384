# Lost-and-found desk of the railway: Cloud Run behind the global load balancer, Cloud SQL
locals {
  region = "europe-west6"
  labels = { team = "lost-and-found", env = "prod" }
}

resource "google_service_account" "desk" {
  account_id   = "found-desk"
  display_name = "Runtime of found-desk"
}

resource "google_cloud_run_v2_service" "desk" {
  name                = "found-desk"
  location            = local.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  deletion_protection = true
  labels              = local.labels

  template {
    service_account                  = google_service_account.desk.email
    timeout                          = "15s"
    max_instance_request_concurrency = 40
    scaling {
      min_instance_count = 2
      max_instance_count = 15
    }
    vpc_access {
      network_interfaces {
        network    = var.network
        subnetwork = var.subnetwork
      }
      egress = "PRIVATE_RANGES_ONLY"
    }
    containers {
      image = "europe-west6-docker.pkg.dev/rail-found/app/found-desk@sha256:4f3a1c0c6f9f0e1f6a0c1b8b5d8a6a3f0d5a0b9bb0e8d1f9c3f4f7c5d2b1a098"
      resources {
        limits            = { cpu = "1", memory = "512Mi" }
        startup_cpu_boost = true
      }
      env {
        name = "DB_PASSWORD"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.db_password.secret_id
            version = "3"
          }
        }
      }
      startup_probe {
        period_seconds    = 3
        failure_threshold = 10
        http_get { path = "/ready" }
      }
      liveness_probe {
        period_seconds = 20
        http_get { path = "/live" }
      }
    }
  }
}

resource "google_secret_manager_secret" "db_password" {
  secret_id = "found-desk-db-password"
  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_iam_member" "desk_reads" {
  secret_id = google_secret_manager_secret.db_password.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.desk.member
}

resource "google_sql_database_instance" "desk" {
  name                = "found-desk"
  region              = local.region
  database_version    = "POSTGRES_16"
  deletion_protection = true
  encryption_key_name = var.kms_key

  settings {
    tier              = "db-custom-2-7680"
    availability_type = "REGIONAL"
    disk_autoresize   = true
    user_labels       = local.labels
    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      start_time                     = "01:30"
      backup_retention_settings {
        retained_backups = 30
      }
    }
    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network
      ssl_mode        = "ENCRYPTED_ONLY"
    }
    maintenance_window {
      day  = 7
      hour = 3
    }
  }
}

resource "google_compute_security_policy" "desk" {
  name = "found-desk"
  rule {
    action      = "throttle"
    priority    = 1000
    description = "120 requests a minute for each address"
    match {
      versioned_expr = "SRC_IPS_V1"
      config { src_ip_ranges = ["*"] }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = 120
        interval_sec = 60
      }
    }
  }
  rule {
    action   = "allow"
    priority = 2147483647
    match {
      versioned_expr = "SRC_IPS_V1"
      config { src_ip_ranges = ["*"] }
    }
  }
}

variable "network" { type = string }
variable "subnetwork" { type = string }
variable "kms_key" { type = string }
