locals {
  images = "europe-west3-docker.pkg.dev/${var.project}/parkhier"
}

resource "google_service_account" "session_api" { account_id = "session-api" }
resource "google_service_account" "warden_api" { account_id = "warden-api" }
resource "google_service_account" "notifier" { account_id = "notifier" }

resource "google_cloud_run_v2_service" "session_api" {
  name                = "session-api"
  location            = var.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  deletion_protection = true

  template {
    service_account                  = google_service_account.session_api.email
    timeout                          = "15s"
    max_instance_request_concurrency = 60

    scaling {
      min_instance_count = 2
      max_instance_count = 20
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        subnetwork = var.subnet_id
      }
    }

    containers {
      image = "${local.images}/session-api:3.8.0"

      env {
        name  = "DB_HOST"
        value = google_sql_database_instance.parking.private_ip_address
      }
      env {
        name  = "PAYMENT_TIMEOUT_MS"
        value = "3000"
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

      resources {
        limits = {
          cpu    = "2"
          memory = "1Gi"
        }
      }

      startup_probe {
        http_get { path = "/started" }
        period_seconds    = 3
        failure_threshold = 20
      }

      liveness_probe {
        http_get { path = "/alive" }
        period_seconds  = 10
        timeout_seconds = 2
      }
    }
  }
}

resource "google_cloud_run_v2_service" "warden_api" {
  name                = "warden-api"
  location            = var.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  deletion_protection = true

  template {
    service_account                  = google_service_account.warden_api.email
    timeout                          = "5s"
    max_instance_request_concurrency = 40

    scaling {
      min_instance_count = 2
      max_instance_count = 10
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        subnetwork = var.subnet_id
      }
    }

    containers {
      image = "${local.images}/warden-api:2.2.4"

      env {
        name  = "DB_HOST"
        value = google_sql_database_instance.parking_replica.private_ip_address
      }
      env {
        name  = "DB_TIMEOUT_MS"
        value = "700"
      }

      resources {
        limits = {
          cpu    = "1"
          memory = "512Mi"
        }
      }

      startup_probe {
        http_get { path = "/started" }
        period_seconds    = 3
        failure_threshold = 20
      }

      liveness_probe {
        http_get { path = "/alive" }
        period_seconds  = 10
        timeout_seconds = 2
      }
    }
  }
}

resource "google_cloud_run_v2_service" "notifier" {
  name                = "notifier"
  location            = var.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  deletion_protection = true

  template {
    service_account = google_service_account.notifier.email
    timeout         = "20s"

    scaling {
      min_instance_count = 2
      max_instance_count = 5
    }

    containers {
      image = "${local.images}/notifier:1.5.2"

      resources {
        limits = {
          cpu    = "1"
          memory = "256Mi"
        }
      }

      startup_probe {
        http_get { path = "/started" }
        period_seconds    = 3
        failure_threshold = 10
      }

      liveness_probe {
        http_get { path = "/alive" }
        period_seconds  = 10
        timeout_seconds = 2
      }
    }
  }
}

# Only the Pub/Sub push account may call the notifier.
resource "google_cloud_run_v2_service_iam_member" "notifier_push" {
  name     = google_cloud_run_v2_service.notifier.name
  location = var.region
  role     = "roles/run.invoker"
  member   = "serviceAccount:${google_service_account.pusher.email}"
}

resource "google_compute_security_policy" "edge" {
  name = "parkhier-edge"

  rule {
    action   = "throttle"
    priority = 1000
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

resource "google_monitoring_alert_policy" "dead_letters" {
  display_name          = "parking-events-dead is not empty"
  combiner              = "OR"
  notification_channels = [var.alert_channel]

  conditions {
    display_name = "dead letters"
    condition_threshold {
      filter          = "resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"parking-events-dead-inspect\" AND metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "60s"
    }
  }
}

# ---------------------------------------------------------------- load-balancer

variable "certificate_id" { type = string }

resource "google_compute_region_network_endpoint_group" "api" {
  for_each              = toset(["session-api", "warden-api"])
  name                  = each.key
  region                = var.region
  network_endpoint_type = "SERVERLESS"
  cloud_run { service = each.key }
}

resource "google_compute_backend_service" "api" {
  for_each              = google_compute_region_network_endpoint_group.api
  name                  = each.key
  protocol              = "HTTPS"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  security_policy       = google_compute_security_policy.edge.id
  backend { group = each.value.id }
  log_config { enable = true }
}

resource "google_compute_url_map" "api" {
  name            = "load-balancer"
  default_service = google_compute_backend_service.api["session-api"].id

  host_rule {
    hosts        = ["wardens.ahrenfeld.example"]
    path_matcher = "wardens"
  }
  path_matcher {
    name            = "wardens"
    default_service = google_compute_backend_service.api["warden-api"].id
  }
}

resource "google_compute_ssl_policy" "modern" {
  name            = "modern"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "api" {
  name             = "load-balancer"
  url_map          = google_compute_url_map.api.id
  ssl_certificates = [var.certificate_id]
  ssl_policy       = google_compute_ssl_policy.modern.id
}

resource "google_compute_global_forwarding_rule" "https" {
  name                  = "load-balancer-https"
  target                = google_compute_target_https_proxy.api.id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
}
