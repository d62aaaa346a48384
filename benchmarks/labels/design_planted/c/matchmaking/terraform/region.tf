# One region of matchmaking. Instantiated for europe-west4 and us-east4.

terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.8"
    }
  }
}

variable "project" { type = string }
variable "region" { type = string }
variable "network" { type = string }
variable "subnet" { type = string }
variable "kms_key" { type = string }
variable "admin_cidr" { type = string }

resource "google_container_cluster" "mm" {
  name                     = "mm-${var.region}"
  project                  = var.project
  location                 = var.region
  network                  = var.network
  subnetwork               = var.subnet
  remove_default_node_pool = true
  initial_node_count       = 1
  deletion_protection      = true
  datapath_provider        = "ADVANCED_DATAPATH"

  release_channel { channel = "REGULAR" }

  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = true
    master_ipv4_cidr_block  = "172.16.8.0/28"
  }

  master_authorized_networks_config {
    cidr_blocks {
      cidr_block   = var.admin_cidr
      display_name = "vpn"
    }
  }

  workload_identity_config {
    workload_pool = "${var.project}.svc.id.goog"
  }

  database_encryption {
    state    = "ENCRYPTED"
    key_name = var.kms_key
  }
}

resource "google_container_node_pool" "mm" {
  name     = "mm"
  project  = var.project
  location = var.region
  cluster  = google_container_cluster.mm.name

  autoscaling {
    min_node_count  = 2 # per zone
    max_node_count  = 12
    location_policy = "BALANCED"
  }

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  upgrade_settings {
    max_surge       = 1
    max_unavailable = 0
  }

  node_config {
    machine_type    = "n2-standard-8"
    service_account = "mm-nodes@${var.project}.iam.gserviceaccount.com"
    oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }
    workload_metadata_config { mode = "GKE_METADATA" }
  }
}

resource "google_redis_instance" "pool" {
  name                    = "mm-pool"
  project                 = var.project
  region                  = var.region
  tier                    = "STANDARD_HA"
  memory_size_gb          = 16
  redis_version           = "REDIS_7_2"
  authorized_network      = var.network
  connect_mode            = "PRIVATE_SERVICE_ACCESS"
  auth_enabled            = true
  transit_encryption_mode = "SERVER_AUTHENTICATION"

  redis_configs = {
    "maxmemory-policy" = "noeviction"
  }

  maintenance_policy {
    weekly_maintenance_window {
      day = "TUESDAY"
      start_time {
        hours   = 8
        minutes = 0
        seconds = 0
        nanos   = 0
      }
    }
  }
}

resource "google_sql_database_instance" "profiles" {
  name                = "mm-profiles"
  project             = var.project
  region              = var.region
  database_version    = "POSTGRES_16"
  deletion_protection = true
  encryption_key_name = var.kms_key

  settings {
    tier              = "db-custom-8-32768"
    availability_type = "REGIONAL"
    disk_autoresize   = true

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      start_time                     = "03:00"
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

    insights_config {
      query_insights_enabled = true
    }
  }
}
