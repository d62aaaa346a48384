variable "vpc_id" { type = string }
variable "zones" { type = list(string) }
variable "private_cidrs" { type = list(string) }
variable "private_subnets" { type = list(string) }
variable "public_subnets" { type = list(string) }
variable "certificate_arn" { type = string }
variable "cluster_arn" { type = string }
variable "cluster_name" { type = string }
variable "execution_role_arn" { type = string }
variable "studio_task_role_arn" { type = string }
variable "studio_db_secret_arn" { type = string }
variable "transcoder_task_definition_arn" { type = string }
variable "stats_task_definition_arn" { type = string }
variable "registry" { type = string }
variable "log_bucket" { type = string }
variable "replication_role_arn" { type = string }
variable "ireland_bucket_arn" { type = string }
variable "ireland_kms_key_arn" { type = string }

resource "aws_db_subnet_group" "private" {
  name       = "hoerbar-private"
  subnet_ids = var.private_subnets
}
