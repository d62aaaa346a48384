resource "google_cloud_run_v2_service" "recipes" {
  name     = "recipes-search"
  location = "europe-north1"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"

  template {
    service_account                  = google_service_account.recipes.email
    timeout                          = "10s"
    max_instance_request_concurrency = 60

    scaling {
      min_instance_count = 2
      max_instance_count = 25
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network    = var.network
        subnetwork = var.subnetwork
      }
    }

    containers {
      image = "europe-north1-docker.pkg.dev/smaklig-prod/apps/recipes-search:7.4.0"

      resources {
        limits = {
          cpu    = "1"
          memory = "1Gi"
        }
      }

      env {
        name  = "DB_STATEMENT_TIMEOUT"
        value = "800ms"
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
        http_get {
          path = "/startup"
        }
        period_seconds    = 2
        failure_threshold = 20
      }

      liveness_probe {
        http_get {
          path = "/alive"
        }
        period_seconds  = 15
        timeout_seconds = 2
      }
    }
  }
}

resource "google_service_account" "recipes" {
  account_id   = "recipes-search"
  display_name = "Recipes search"
}

resource "google_secret_manager_secret" "db_password" {
  secret_id = "recipes-db-password"
  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_iam_member" "recipes" {
  secret_id = google_secret_manager_secret.db_password.id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.recipes.email}"
}

resource "google_sql_database_instance" "recipes" {
  name                = "recipes"
  region              = "europe-north1"
  database_version    = "POSTGRES_16"
  deletion_protection = true

  settings {
    tier              = "db-custom-2-8192"
    availability_type = "REGIONAL"

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
    }

    insights_config {
      query_insights_enabled = true
    }
  }
}

# attached to the backend service in the repository of the load balancer
resource "google_compute_security_policy" "edge" {
  name = "recipes-edge"

  rule {
    action      = "throttle"
    priority    = 1000
    description = "120 requests a minute and address"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
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
    action      = "allow"
    priority    = 2147483647
    description = "default"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

variable "network" {
  type = string
}

variable "subnetwork" {
  type = string
}
