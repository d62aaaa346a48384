variable "project" { type = string }
variable "network" { type = string }
variable "pager_channel" { type = string }

resource "google_redis_instance" "sessions" {
  name                    = "sessions"
  project                 = var.project
  region                  = "europe-north1"
  tier                    = "STANDARD_HA"
  memory_size_gb          = 4
  replica_count           = 1
  redis_version           = "REDIS_7_2"
  auth_enabled            = true
  transit_encryption_mode = "SERVER_AUTHENTICATION"
  connect_mode            = "PRIVATE_SERVICE_ACCESS"
  authorized_network      = var.network

  redis_configs = {
    maxmemory-policy = "volatile-lru"
  }

  maintenance_policy {
    weekly_maintenance_window {
      day = "TUESDAY"
      start_time {
        hours   = 3
        minutes = 0
      }
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_secret_manager_secret" "redis_auth" {
  project   = var.project
  secret_id = "sessions-redis-auth"
  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_version" "redis_auth" {
  secret      = google_secret_manager_secret.redis_auth.id
  secret_data = google_redis_instance.sessions.auth_string
}

resource "google_monitoring_alert_policy" "memory" {
  project      = var.project
  display_name = "sessions: memory above 80 %"
  combiner     = "OR"

  notification_channels = [var.pager_channel]

  conditions {
    display_name = "memory"
    condition_threshold {
      filter          = "resource.type = \"redis_instance\" AND metric.type = \"redis.googleapis.com/stats/memory/usage_ratio\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0.8
      duration        = "300s"
    }
  }
}
