variable "certificate_arn" {
  type        = string
  description = "Certificate arn"
}

variable "cluster_arn" {
  type        = string
  description = "Cluster arn"
}

variable "depot_cidrs" {
  type        = list(string)
  description = "Depot cidrs"
}

variable "depot_trust_store_arn" {
  type        = string
  description = "Depot trust store arn"
}

variable "execution_role_arn" {
  type        = string
  description = "Execution role arn"
}

variable "pager_topic_arn" {
  type        = string
  description = "Pager topic arn"
}

variable "private_subnet_ids" {
  type        = list(string)
  description = "Private subnet ids"
}

variable "public_subnet_ids" {
  type        = list(string)
  description = "Public subnet ids"
}

variable "scan_ingest_role_arn" {
  type        = string
  description = "Scan ingest role arn"
}

variable "tracking_api_role_arn" {
  type        = string
  description = "Tracking api role arn"
}

variable "tracking_db_secret_arn" {
  type        = string
  description = "Tracking db secret arn"
}

variable "trail_writer_role_arn" {
  type        = string
  description = "Trail writer role arn"
}

variable "vpc_cidr" {
  type        = string
  description = "Vpc cidr"
}

variable "vpc_id" {
  type        = string
  description = "VPC of the tracking account"
}

variable "waf_acl_arn" {
  type        = string
  description = "Waf acl arn"
}

variable "writer_db_secret_arn" {
  type        = string
  description = "Writer db secret arn"
}

variable "zones" {
  type        = list(string)
  description = "Three availability zones"
}
