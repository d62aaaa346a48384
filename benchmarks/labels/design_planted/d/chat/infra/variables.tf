variable "execution_role_arn" {
  description = "Role with which ECS starts the tasks"
  type        = string
}

variable "api_role_arn" {
  description = "Role of the huddle-api tasks"
  type        = string
}

variable "api_db_secret_arn" {
  description = "Secret with the database password of huddle-api"
  type        = string
}

variable "private_subnet_ids" {
  description = "Private subnets, one a zone"
  type        = list(string)
}

variable "public_subnet_ids" {
  description = "Public subnets, one a zone"
  type        = list(string)
}

variable "log_bucket" {
  description = "Bucket for access logs"
  type        = string
}

variable "vpc_id" {
  description = "VPC of the platform"
  type        = string
}

variable "certificate_arn" {
  description = "Certificate of huddle.connect.example"
  type        = string
}

variable "vpc_cidr" {
  description = "Address range of the VPC"
  type        = string
}

variable "db_subnet_group" {
  description = "Subnet group of the databases"
  type        = string
}

variable "zones" {
  description = "The three availability zones"
  type        = list(string)
}

variable "rds_monitoring_role_arn" {
  description = "Role for enhanced monitoring"
  type        = string
}

variable "cache_subnet_group" {
  description = "Subnet group of the caches"
  type        = string
}

variable "presence_sg_id" {
  description = "Security group of presence"
  type        = string
}

variable "vpn_cidrs" {
  description = "Addresses of the VPN"
  type        = list(string)
}
