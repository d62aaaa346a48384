# Municipal waste portal on Azure. Front Door, its firewall and all private endpoints are in the network module.

variable "location" { default = "norwayeast" }
variable "subnet_app_id" { type = string }
variable "subnet_db_id" { type = string }
variable "dns_zone_id" { type = string }
variable "log_workspace_id" { type = string }
variable "tenant_id" { type = string }

resource "azurerm_resource_group" "portal" {
  name     = "rg-wasteportal-prod"
  location = var.location
}

resource "azurerm_service_plan" "portal" {
  name                   = "plan-wasteportal"
  resource_group_name    = azurerm_resource_group.portal.name
  location               = var.location
  os_type                = "Linux"
  sku_name               = "P1v3"
  worker_count           = 3
  zone_balancing_enabled = true
}

resource "azurerm_linux_web_app" "portal" {
  name                          = "app-wasteportal"
  resource_group_name           = azurerm_resource_group.portal.name
  location                      = var.location
  service_plan_id               = azurerm_service_plan.portal.id
  https_only                    = true
  virtual_network_subnet_id     = var.subnet_app_id
  public_network_access_enabled = false # Front Door reaches it by private link

  identity {
    type = "SystemAssigned"
  }

  site_config {
    minimum_tls_version               = "1.2"
    ftps_state                        = "Disabled"
    http2_enabled                     = true
    health_check_path                 = "/health"
    health_check_eviction_time_in_min = 2
    application_stack {
      docker_image_name   = "wasteportal:5.9.3"
      docker_registry_url = "https://renovo.azurecr.io"
    }
    container_registry_use_managed_identity = true
  }

  app_settings = {
    DB_HOST         = azurerm_postgresql_flexible_server.portal.fqdn
    DB_AUTH         = "managed-identity"
    SMTP_PASSWORD   = "@Microsoft.KeyVault(SecretUri=${azurerm_key_vault.portal.vault_uri}secrets/smtp-password)"
    REQUEST_TIMEOUT = "15"
  }
}

resource "azurerm_postgresql_flexible_server" "portal" {
  name                          = "psql-wasteportal"
  resource_group_name           = azurerm_resource_group.portal.name
  location                      = var.location
  version                       = "16"
  sku_name                      = "GP_Standard_D2ds_v5"
  storage_mb                    = 131072
  zone                          = "1"
  delegated_subnet_id           = var.subnet_db_id
  private_dns_zone_id           = var.dns_zone_id
  public_network_access_enabled = false
  backup_retention_days         = 35
  geo_redundant_backup_enabled  = true

  high_availability {
    mode                      = "ZoneRedundant"
    standby_availability_zone = "2"
  }

  authentication {
    active_directory_auth_enabled = true
    password_auth_enabled         = false
    tenant_id                     = var.tenant_id
  }
}

resource "azurerm_key_vault" "portal" {
  name                          = "kv-wasteportal"
  resource_group_name           = azurerm_resource_group.portal.name
  location                      = var.location
  tenant_id                     = var.tenant_id
  sku_name                      = "standard"
  enable_rbac_authorization     = true
  purge_protection_enabled      = true
  soft_delete_retention_days    = 90
  public_network_access_enabled = false
}

resource "azurerm_role_assignment" "portal_secrets" {
  scope                = azurerm_key_vault.portal.id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_linux_web_app.portal.identity[0].principal_id
}

resource "azurerm_monitor_diagnostic_setting" "portal" {
  name                       = "to-workspace"
  target_resource_id         = azurerm_linux_web_app.portal.id
  log_analytics_workspace_id = var.log_workspace_id
  enabled_log {
    category = "AppServiceHTTPLogs"
  }
  enabled_log {
    category = "AppServiceConsoleLogs"
  }
}
