variable "vpc_id" {
  type = string
}

variable "cluster_arn" {
  type = string
}

variable "cluster_name" {
  type = string
}

variable "private_subnets" {
  type        = list(string)
  description = "one per AZ"
}

variable "public_subnets" {
  type        = list(string)
  description = "one per AZ"
}

variable "db_subnets" {
  type        = string
  description = "name of the RDS subnet group, three AZs"
}

variable "certificate_arn" {
  type = string
}

variable "execution_role_arn" {
  type = string
}

variable "fleet_pg_secret_arn" {
  type        = string
  description = "secret managed by RDS"
}
