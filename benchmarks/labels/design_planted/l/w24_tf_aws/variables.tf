variable "kms_key_arn" {
  description = "Key for the storage of the booking database"
  type        = string
}

variable "db_subnet_group" {
  description = "Private subnets in three zones"
  type        = string
}

variable "vpc_id" {
  description = "VPC of the licensing office"
  type        = string
}

variable "task_security_group_id" {
  description = "Security group of the ECS tasks"
  type        = string
}
