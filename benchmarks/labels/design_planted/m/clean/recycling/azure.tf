resource "azurerm_postgresql_flexible_server" "routes" {
  name                          = "psql-recycling-routes"
  resource_group_name           = var.resource_group
  location                      = "westeurope"
  version                       = "15"
  sku_name                      = "GP_Standard_D2ds_v4"
  storage_mb                    = 65536
  auto_grow_enabled             = true
  backup_retention_days         = 21
  geo_redundant_backup_enabled  = true
  public_network_access_enabled = false
  delegated_subnet_id           = var.db_subnet_id
  private_dns_zone_id           = var.db_dns_zone_id
  zone                          = "1"

  high_availability {
    mode                      = "ZoneRedundant"
    standby_availability_zone = "2"
  }

  authentication {
    active_directory_auth_enabled = true
    password_auth_enabled         = false
    tenant_id                     = var.tenant_id
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "azurerm_storage_account" "photos" {
  name                            = "strecyclingphotos"
  resource_group_name             = var.resource_group
  location                        = "westeurope"
  account_tier                    = "Standard"
  account_replication_type        = "ZRS"
  min_tls_version                 = "TLS1_2"
  https_traffic_only_enabled      = true
  allow_nested_items_to_be_public = false
  shared_access_key_enabled       = false

  network_rules {
    default_action             = "Deny"
    virtual_network_subnet_ids = [var.app_subnet_id]
  }

  blob_properties {
    versioning_enabled = true
    delete_retention_policy {
      days = 30
    }
  }
}

variable "resource_group" {
  type        = string
  description = "Resource group of the route planner"
}

variable "db_subnet_id" {
  type        = string
  description = "Subnet delegated to PostgreSQL"
}

variable "db_dns_zone_id" {
  type        = string
  description = "Private DNS zone of the database"
}

variable "app_subnet_id" {
  type        = string
  description = "Subnet of the application"
}

variable "tenant_id" {
  type        = string
  description = "Entra tenant"
}
