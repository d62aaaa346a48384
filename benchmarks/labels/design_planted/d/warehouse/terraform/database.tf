resource "google_sql_database_instance" "stock_db" {
  name                = "stock-db"
  database_version    = "POSTGRES_15"
  region              = "europe-west3"
  deletion_protection = true
  encryption_key_name = google_kms_crypto_key.sql.id

  settings {
    tier              = "db-custom-4-16384"
    availability_type = "REGIONAL"
    disk_size         = 200
    disk_autoresize   = true

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      start_time                     = "01:00"

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
      day  = 7
      hour = 3
    }

    insights_config {
      query_insights_enabled = true
    }
  }
}

resource "google_kms_key_ring" "wms" {
  name     = "wms"
  location = "europe-west3"
}

resource "google_kms_crypto_key" "sql" {
  name            = "stock-db"
  key_ring        = google_kms_key_ring.wms.id
  rotation_period = "7776000s"

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_storage_bucket" "damage_photos" {
  name                        = "acme-wms-damage-photos"
  location                    = "EUROPE-WEST3"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  lifecycle_rule {
    condition {
      age = 365
    }
    action {
      type = "Delete"
    }
  }
}

variable "network_id" {
  description = "VPC network of the wms cluster"
  type        = string
}
